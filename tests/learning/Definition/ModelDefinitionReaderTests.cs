using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Definition;

public class ModelDefinitionReaderTests
{
    private const string Full = """
        {
          // what to predict
          "$schema": "model.schema.json",
          "label": "cnt", "task": "regression", "time": "dteday", "id": null, "metric": "r2", "header": true,
          "features": [
            { "name": "temp", "type": "numeric", "range": { "min": -1, "max": 1.5 }, "required": true },
            { "name": "season", "values": ["1", "2"], },
            { "name": "casual", "ignored": true, "comment": "adds up to cnt" },
          ],
          "validation": {
            "holdout": 0.3, "maxBadRows": 0, "slices": ["season"], "minimumImprovement": 0.5,
            "thresholds": { "rmse": { "threshold": 80, "minRelativeChange": 0.01 }, "r2": { "minAbsoluteChange": 0 } }
          },
          "training": {
            "trainers": ["boosted"], "trials": 12, "seconds": 30.5, "seed": -9007199254740993
          },
          "data": { "window": { "files": 3, "rows": 5000, "since": "P2Y" }, "key": ["a", "b"], "order": "name" },
          "rollout": {
            "strategy": "canary", "approval": "manual", "steps": [1, 10.5], "stepMinutes": 3, "shadowHours": 0.5,
            "minimumRequests": 50, "keyHeader": "x-user",
            "maxErrorRateIncrease": 0.1, "maxLatencyIncrease": 2, "minLatencyMilliseconds": 0, "maxMetricLoss": 0.01
          },
          "freshness": { "maxAgeDays": 7, "retrain": false },
          /* and drift */
          "drift": {
            "statistic": "jensenshannon", "threshold": 0.2, "driftShare": 0.3, "windowHours": 1, "minimumRows": 5,
            "action": "alert"
          }
        }
        """;

    [Fact]
    public void Every_setting_is_read()
    {
        var d = Good(Full);

        Assert.Equal(("cnt", ModelTask.Regression, "dteday", null, "r2", true),
            (d.Label, d.Task, d.Time, d.Id, d.Metric, d.Header));
        Assert.Equal((ColumnType.Numeric, new NumericRange(-1, 1.5), true),
            (d.Features[0].Type, d.Features[0].Range, d.Features[0].Required));
        Assert.Equal(["1", "2"], d.Features[1].Values!);
        Assert.Equal((true, "adds up to cnt"), (d.Features[2].Ignored, d.Features[2].Comment));
        Assert.Equal((0.3, 0.0, 0.5), (d.Validation.Holdout, d.Validation.MaxBadRows, d.Validation.MinimumImprovement));
        Assert.Equal(["season"], d.Validation.Slices);
        Assert.Equal(new MetricThreshold { Threshold = 80, MinRelativeChange = 0.01 }, d.Validation.Thresholds["rmse"]);
        Assert.Equal((12, 30.5, -9007199254740993, 3),
            (d.Training.Trials, d.Training.Seconds, d.Training.Seed, d.Data.Window.Files));
        Assert.Equal(["boosted"], d.Training.Trainers);
        Assert.Equal([1, 10.5], d.Rollout.Steps);
        Assert.Equal(
            new RolloutSettings
            {
                Strategy = RolloutStrategy.Canary,
                Approval = ApprovalMode.Manual,
                Steps = d.Rollout.Steps,
                StepMinutes = 3,
                ShadowHours = 0.5,
                MinimumRequests = 50,
                KeyHeader = "x-user",
                MaxErrorRateIncrease = 0.1,
                MaxLatencyIncrease = 2,
                MinLatencyMilliseconds = 0,
                MaxMetricLoss = 0.01,
            },
            d.Rollout);
        Assert.Equal(new FreshnessSettings { MaxAgeDays = 7, Retrain = false }, d.Freshness);
        Assert.Equal(
            new DriftSettings
            {
                Statistic = DriftStatistic.Jensenshannon,
                Threshold = 0.2,
                DriftShare = 0.3,
                WindowHours = 1,
                MinimumRows = 5,
                Action = DriftAction.Alert,
            },
            d.Drift);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"validation":{},"training":{"window":{}},"data":{"window":{}}}""")]
    [InlineData("""{"rollout":{},"freshness":{},"drift":{}}""")]
    [InlineData("\uFEFF{ /* nothing */ }")]
    public void What_is_left_out_has_its_default(string json)
    {
        var d = Good(json);

        Assert.Equal(
            ModelDefinitionReader.CanonicalHash(new ModelDefinition()), ModelDefinitionReader.CanonicalHash(d));
        Assert.Equal((0.2, 4, 42, null, 0.5, true), (d.Validation.Holdout, d.Training.Trials, d.Training.Seed,
            d.Data.Window.Files, d.Drift.DriftShare, d.Freshness.Retrain));
        Assert.Empty(d.Features);
        Assert.Equal("{}\n", ModelDefinitionReader.ToJson(d));
    }

    [Theory]
    [InlineData("""{"features":[{"name":"a"},{"name":"b"},{"name":"c","type":"number"}]}""",
        "features[2].type: expected numeric, categorical, boolean, timestamp or text, found \"number\"")]
    [InlineData("""{"validation":{"holdout":2}}""", "validation.holdout: expected 0.05 to 0.5, found 2")]
    [InlineData("""{"training":{"trials":0}}""", "training.trials: expected 1 to 1000, found 0")]
    [InlineData("""{"training":{"trials":1.5}}""", "training.trials: expected a whole number, found 1.5")]
    [InlineData("""{"training":{"trials":99999999999999999999}}""",
        "training.trials: expected a whole number, found 99999999999999999999")]
    [InlineData("""{"training":{"window":{"files":0}}}""", "training.window.files: expected 1 to 10000, found 0")]
    [InlineData("""{"training":{"schedule":"0 3 * * *"}}""",
        "training.schedule: expected NCRONTAB with six fields (second minute hour day month weekday), such as "
            + "\"0 0 3 * * *\", found '0 3 * * *'")]
    [InlineData("""{"training":{"seconds":-1}}""", "training.seconds: expected a number of at least 0, found -1")]
    [InlineData("""{"training":{"seconds":1e999}}""", "training.seconds: expected a number of at least 0, found 1e999")]
    [InlineData("""{"training":{"trainers":["a","a"]}}""",
        "training.trainers[1]: expected an entry that differs from those before, found \"a\"")]
    [InlineData("""{"freshness":{"maxAgeDays":0}}""", "freshness.maxAgeDays: expected a number above 0, found 0")]
    [InlineData(
        """{"drift":{"driftShare":1.1}}""", "drift.driftShare: expected a number above 0, at most 1, found 1.1")]
    [InlineData("""{"drift":{"statistic":"PSI"}}""",
        "drift.statistic: expected psi, jensenshannon, ks, wasserstein or chisquare, found \"PSI\"")]
    [InlineData("""{"drift":{"statistic":null}}""",
        "drift.statistic: expected psi, jensenshannon, ks, wasserstein or chisquare, found null")]
    [InlineData(
        """{"drift":{"windowHours":9000}}""", "drift.windowHours: expected a number above 0, at most 8760, found 9000")]
    [InlineData(
        """{"rollout":{"steps":[5,25,25]}}""", "rollout.steps[2]: expected more than the step before, 25, found 25")]
    [InlineData("""{"rollout":{"steps":[100]}}""",
        "rollout.steps[0]: expected below 100, as a canary runs beside the champion, found 100")]
    [InlineData("""{"rollout":{"steps":[0]}}""", "rollout.steps[0]: expected a number above 0, at most 100, found 0")]
    [InlineData("""{"rollout":{"keyHeader":"a","keyField":"b"}}""",
        "rollout.keyField: expected none where keyHeader is given, found 'b'")]
    [InlineData("""{"rollout":{"minimumRequests":0}}""", "rollout.minimumRequests: expected 1 to 1000000000, found 0")]
    [InlineData("""{"rollout":{"strategy":"blue-green"}}""",
        "rollout.strategy: expected blueGreen, canary or shadow, found \"blue-green\"")]
    [InlineData(
        """{"lable":"y"}""",
        "lable: expected one of the properties $schema, header, sheet, columns, aliases, label, task, features, "
        + "missing, positive, time, timeParts, id, metric, source, data, "
        + "validation, training, rollout, freshness, drift, found an unknown property")]
    [InlineData("""{"label":5}""", "label: expected a text or null, found 5")]
    [InlineData("""{"label":""}""", "label: expected a text that is not empty, found \"\"")]
    [InlineData("""{"label":" y"}""", "label: expected a name without spaces around it, found ' y'")]
    [InlineData("""{"features":{}}""", "features: expected a list, found an object")]
    [InlineData("""{"features":[{}]}""", "features[0].name: expected a value, found none")]
    [InlineData("""{"features":[{"name":"a"},{"name":"a"}]}""",
        "features[1].name: expected a column not named before, found 'a'")]
    [InlineData("""{"label":"y","features":[{"name":"y","ignored":true}]}""",
        "features[0].ignored: expected false for the label, found true")]
    [InlineData("""{"features":[{"name":"y","ignored":true,"required":true}]}""",
        "features[0].required: expected false for an ignored feature, found true")]
    [InlineData("""{"features":[{"name":"a","range":{"min":2,"max":1}}]}""",
        "features[0].range: expected min of at most max, 1, found 2")]
    [InlineData("""{"features":[{"name":"a","range":{}}]}""", "features[0].range: expected min or max, found neither")]
    [InlineData("""{"features":[{"name":"a","type":"boolean","range":{"min":2}}]}""",
        "features[0].range: expected none unless type is numeric, found a range")]
    [InlineData("""{"features":[{"name":"a","type":"numeric","values":["1"]}]}""",
        "features[0].values: expected none unless type is categorical, found 1")]
    [InlineData(
        """{"features":[{"name":"a","values":[]}]}""", "features[0].values: expected at least 1 entries, found 0")]
    [InlineData(
        """{"metric":"mse"}""",
        "metric: expected rmse, mae, r2, auc, logLoss, f1, precision, recall, accuracy, calibrationError or macroF1, "
        + "found \"mse\"")]
    [InlineData(
        """{"task":"binary","metric":"rmse"}""",
        "metric: expected auc, logLoss, f1, precision, recall, accuracy, calibrationError, as the task is binary, "
        + "found 'rmse'")]
    [InlineData("""{"task":"multiclass","validation":{"thresholds":{"auc":{"threshold":1}}}}""",
        "validation.thresholds.auc: expected accuracy, macroF1, logLoss, as the task is multiclass, found 'auc'")]
    [InlineData(
        """{"validation":{"thresholds":{"mse":{"threshold":1}}}}""",
        "validation.thresholds.mse: expected rmse, mae, r2, auc, logLoss, f1, precision, recall, accuracy, "
        + "calibrationError or macroF1, found 'mse'")]
    [InlineData("""{"validation":{"thresholds":{"rmse":{}}}}""",
        "validation.thresholds.rmse: expected threshold, minAbsoluteChange or minRelativeChange, found none of them")]
    [InlineData("""{"validation":{"thresholds":{"rmse":{"threshold":1,"greaterIsBetter":true}}}}""",
        "validation.thresholds.rmse.greaterIsBetter: expected false for this metric, found true")]
    [InlineData("""{"validation":{"thresholds":{"rmse":{"threshold":"1"}}}}""",
        "validation.thresholds.rmse.threshold: expected a number or null, found \"1\"")]
    [InlineData(
        """{"header":true,"columns":["a","b"]}""", "columns: expected none where header is true, found 2 names")]
    [InlineData("""{"columns":["a"," b"]}""", "columns[1]: expected a name without spaces around it, found ' b'")]
    [InlineData(
        """{"columns":["a","a"]}""", "columns[1]: expected an entry that differs from those before, found \"a\"")]
    [InlineData("""{"columns":["a","b"],"label":"y"}""", "label: expected one of columns: 'a', 'b', found 'y'")]
    [InlineData("""{"label":"y","id":"y"}""", "id: expected another column than the label, found 'y'")]
    [InlineData("""{"label":"y","time":"y"}""", "time: expected another column than the label, found 'y'")]
    [InlineData("{\n\"label\":\"\\ud800\"}",
        "model.json, line 2, byte 9: expected text with whole surrogate pairs, found '\\ud800'")]
    [InlineData(
        "{\"\\udc00\":1}", "model.json, line 1, byte 2: expected text with whole surrogate pairs, found '\\udc00'")]
    [InlineData("[]", "model.json: expected an object, found a list")]
    [InlineData("null", "model.json: expected an object, found null")]
    [InlineData("""{"label":"a","label":"b"}""", "label: expected each property once, found a second one")]
    [InlineData("""{"label":"a","l\u0061bel":"a"}""", "label: expected each property once, found a second one")]
    [InlineData("""{"label":"y","validation":{"holdout":0.2,"holdout":0.3}}""",
        "validation.holdout: expected each property once, found a second one")]
    public void A_mistake_is_named_with_its_path_expected_and_found(string json, string expected)
    {
        var result = ModelDefinitionReader.Read(CsvText.Utf8(json));

        Assert.Null(result.Definition);
        Assert.Equal(expected, Assert.Single(result.Errors).ToString());
    }

    [Theory]
    [InlineData("", "model.json, line 1, byte 1")]
    [InlineData("{\n  \"label\": y\n}", "model.json, line 2, byte 12")]
    [InlineData("{} {}", "model.json, line 1, byte 4")]
    public void Invalid_JSON_is_reported_with_its_line(string json, string place)
    {
        var error = Assert.Single(ModelDefinitionReader.Read(CsvText.Utf8(json)).Errors);

        Assert.StartsWith(place, error.Path);
        Assert.Equal("JSON", error.Expected);
        Assert.NotEmpty(error.Found);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var errors = ModelDefinitionReader.Read(
            CsvText.Utf8("""{"task":"x","validation":{"holdout":9,"foo":1},"drift":[]}""")).Errors;

        Assert.Equal(["task", "validation.holdout", "validation.foo", "drift"], errors.Select(e => e.Path));
    }

    [Fact]
    public void Broken_files_of_any_kind_are_told_and_never_throw()
    {
        var random = new SplitMix64(9);
        var good = CsvText.Utf8(Full);
        var refused = 0;
        for (var i = 0; i < 1_000; i++)
        {
            var bytes = i % 4 == 0 ? good[..random.NextInt32(good.Length)] : (byte[])good.Clone();
            for (var n = i % 4; n > 0; n--) bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
            var result = ModelDefinitionReader.Read(bytes);
            Assert.NotEqual(result.Definition is null, result.Errors.Count == 0);
            if (result.Definition is null) refused++;
            Assert.All(
                result.Errors, e => Assert.True(e is { Path.Length: > 0, Expected.Length: > 0, Found.Length: > 0 }));
        }

        Assert.InRange(refused, 500, 990);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_definition()
    {
        var definition = Good(Full);

        var json = ModelDefinitionReader.ToJson(definition);

        Assert.Equal(ModelDefinitionReader.CanonicalHash(definition), ModelDefinitionReader.CanonicalHash(Good(json)));
        Assert.Equal(json, ModelDefinitionReader.ToJson(Good(json)));
        Assert.DoesNotContain("null", json);
        Assert.DoesNotContain("blueGreen", json);
        Assert.Contains("\"comment\": \"adds up to cnt\"", json);
        Assert.Contains("\"retrain\": false", json);
    }

    [Fact]
    public void The_hash_depends_on_meaning_and_not_on_spelling()
    {
        string[] same =
        [
            """{"label":"y","training":{"trials":7},"""
                + "\"validation\":{\"thresholds\":{\"r2\":{\"threshold\":1},\"mae\":{\"threshold\":2}}}}",
            """
            { "validation": { "maxBadRows": 0.05, "thresholds": { "mae": {"threshold": 2.0}, "r2": {"threshold": 1} } },
              /* trials */ "training": { "trials": 7, }, "$schema": "x", "label": "y" }
            """,
        ];
        string[] other =
            [same[0].Replace("7", "8"), same[0].Replace("mae", "rmse"), same[0].Replace("\"y\"", "\"z\""), "{}"];

        var hashes = same.Select(j => ModelDefinitionReader.CanonicalHash(Good(j))).ToList();
        var others = other.Select(j => ModelDefinitionReader.CanonicalHash(Good(j))).ToList();

        Assert.Equal(hashes[0], hashes[1]);
        Assert.Equal(4, others.Except(hashes).Count());
        Assert.Matches("^[0-9a-f]{64}$", hashes[0]);
    }

    private static ModelDefinition Good(string json)
    {
        var result = ModelDefinitionReader.Read(CsvText.Utf8(json));
        Assert.Empty(result.Errors);
        return result.Definition!;
    }
}
