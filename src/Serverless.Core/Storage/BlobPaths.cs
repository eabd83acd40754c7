using System.Globalization;

namespace Serverless.Core.Storage;

/// <summary>The paths of all kinds of blobs; no other code spells them.</summary>
public static class BlobPaths
{
    public const string Datasets = ContainerNames.Datasets;
    public const string Data = ContainerNames.Data;
    public const string Models = ContainerNames.Models;
    public const string Quarantine = ContainerNames.Quarantine;
    public const string Predictions = ContainerNames.Predictions;
    public const string Feedback = ContainerNames.Feedback;
    public const string Monitoring = ContainerNames.Monitoring;
    public const string Batch = ContainerNames.Batch;

    /// <summary>Where users drop files to predict.</summary>
    public const string BatchInputs = BatchFolders.Inputs + "/";

    /// <summary>Predictions of these files, and their reports.</summary>
    public const string BatchOutputs = Batch + "/out/";

    /// <summary>Unfinished outputs.</summary>
    public const string BatchLeftovers = Batch + "/parts/";

    /// <summary>
    /// Splits a path below a container of dropped files into model and file at the first '/': <c>weather/2026/x.csv</c>
    /// is the file <c>2026/x.csv</c> of the model <c>weather</c>. Null if a part is missing.
    /// </summary>
    public static (string Model, string File)? Split(string? path) =>
        path?.IndexOf('/') is { } slash and > 0 && slash < path.Length - 1
            ? (path[..slash], path[(slash + 1)..])
            : null;

    public static string DatasetsOf(string model) => $"{Datasets}/{model}/";

    public static string Dataset(string model, string file) => $"{Datasets}/{model}/{file}";

    public static string DataVersions(string model) => $"{Data}/{model}/versions/";

    public static string DataVersion(string model, int number) => $"{Data}/{model}/versions/{number}.json";

    /// <summary>The accepted rows of a dropped file.</summary>
    /// <param name="key">Identifies the file's content and how it was read.</param>
    public static string Part(string model, string key) => $"{Data}/{model}/parts/{key}.parquet";

    /// <summary>What was found in the file while its part was made.</summary>
    /// <param name="part">The part's name.</param>
    public static string PartReport(string part) => $"{part[..^".parquet".Length]}.json";

    /// <summary>Definition, aliases, versions and unfinished runs of a model.</summary>
    public static string ModelOf(string model) => $"{Models}/{model}/";

    public static string Definition(string model) => $"{Models}/{model}/model.json";

    public static string Aliases(string model) => $"{Models}/{model}/aliases.json";

    public static string Versions(string model) => $"{Models}/{model}/versions/";

    public static string Version(string model, int version) => $"{Models}/{model}/versions/{version}/";

    public static string Manifest(string model, int version) => $"{Models}/{model}/versions/{version}/manifest.json";

    public static string ModelFile(string model, int version) => $"{Models}/{model}/versions/{version}/model.bin";

    public static string OnnxFile(string model, int version) => $"{Models}/{model}/versions/{version}/model.onnx";

    public static string Report(string model, int version) => $"{Models}/{model}/versions/{version}/report.html";

    /// <summary>Checkpoints of unfinished runs.</summary>
    public static string Checkpoints(string model) => $"{Models}/{model}/runs/";

    public static string Checkpoint(string model, string identity) => $"{Models}/{model}/runs/{identity}/";

    public static string TrainingLease(string model) => $"{Models}/{model}/training.lease";

    /// <summary>
    /// The highest version number ever used; outside the model's folder, so that it survives the folder's deletion.
    /// </summary>
    public static string HighestVersion(string model) => $"{Monitoring}/{model}/highest-version.json";

    /// <summary>The last usable state of model.json.</summary>
    public static string GoodDefinition(string model) => $"{Monitoring}/{model}/good-definition.json";

    /// <summary>Rows that were pulled from a database; the number tells files of one source apart.</summary>
    /// <param name="number">From 1.</param>
    public static string SourceFile(string model, int number) =>
        Dataset(model, $"source/{number.ToString("000000", CultureInfo.InvariantCulture)}.csv.gz");

    /// <summary>How far a source was pulled; outside the model's folder, so that it survives its deletion.</summary>
    public static string SourceState(string model) => $"{Monitoring}/{model}/source.json";

    public static string SourceLease(string model) => $"{Monitoring}/{model}/source.lease";

    public static string QuarantineOf(string model) => $"{Quarantine}/{model}/";

    public static string PredictionsOf(string model) => $"{Predictions}/{model}/";

    public static string FeedbackOf(string model) => $"{Feedback}/{model}/";

    public static string MonitoringOf(string model) => $"{Monitoring}/{model}/";

    public static string BatchInput(string model, string file) => $"{BatchInputs}{model}/{file}";

    /// <summary>Predictions are CSV, whatever the file that they are of.</summary>
    public static string BatchOutput(string model, string file)
    {
        var isCsv = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
        return $"{BatchOutputs}{model}/{file}{(isCsv ? "" : ".csv")}";
    }

    public static string BatchReport(string model, string file) => $"{BatchOutputs}{model}/{file}.report.json";

    /// <summary>Unfinished output of a file to predict.</summary>
    /// <param name="key">Identifies the file.</param>
    public static string BatchParts(string model, string key) => $"{BatchLeftovers}{model}/{key}/";

    /// <summary>Describes valid model names, for messages.</summary>
    public const string ModelNameRule = "1 to 63 lower-case letters, digits and single hyphens";

    /// <summary>Suggests a valid model name: <c>my-model</c> for <c>My_Model</c>; null without one.</summary>
    public static string? SuggestModelName(string name)
    {
        var suggestion = new System.Text.StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) suggestion.Append(c);
            else if (suggestion.Length > 0 && suggestion[^1] != '-') suggestion.Append('-');
        }

        var text = suggestion.ToString(0, Math.Min(63, suggestion.Length)).TrimEnd('-');
        return IsModelName(text) ? text : null;
    }

    /// <summary>
    /// Whether <paramref name="name"/> is a valid model name: 1 to 63 lower-case letters, digits and single hyphens,
    /// beginning and ending with a letter or digit, and not a Windows device ('con'), which no blob can be named.
    /// </summary>
    public static bool IsModelName(string name)
    {
        if (name.Length is 0 or > 63 || name[0] == '-' || name[^1] == '-') return false;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '-' ? name[i - 1] == '-' : !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)) return false;
        }

        return BlobName.IsValid(name);
    }
}
