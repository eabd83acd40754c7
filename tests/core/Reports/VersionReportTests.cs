using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Reports;

public partial class VersionReportTests
{
    [Theory]
    [InlineData(ModelTask.Regression, new[] { "interval", "predicted", "residuals", "partial-0", "partial-1" })]
    [InlineData(ModelTask.Binary, new[] { "interval", "roc", "calibration", "scores", "partial-0", "partial-1" })]
    [InlineData(ModelTask.Multiclass, new[] { "interval", "calibration", "partial-0", "partial-1" })]
    public void Each_task_has_its_pictures_and_each_picture_its_words(ModelTask task, string[] pictures)
    {
        var html = VersionReport.Write(ReportSamples.Of(task));
        List<string> found = [];
        foreach (var svg in Svgs(html).Where(s => s.Attribute("aria-hidden") is null))
        {
            Assert.Equal("img", svg.Attribute("role")!.Value);
            var ids = svg.Attribute("aria-labelledby")!.Value.Split(' ');
            found.Add(ids[0][..^2]);
            Assert.Equal(ids, svg.Elements().Take(2).Select(e => e.Attribute("id")!.Value));
            Assert.All(svg.Elements().Take(2), e => Assert.NotEmpty(e.Value));
        }

        Assert.Equal(pictures, found);
        Assert.Equal(task == ModelTask.Multiclass, html.Contains("class=\"confusion\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Every_coordinate_lies_inside_its_picture(ModelTask task)
    {
        foreach (var svg in Svgs(VersionReport.Write(ReportSamples.Of(task))))
        {
            var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(
                v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            foreach (var attribute in svg.Descendants().Attributes().Where(
                a => a.Name.LocalName is "x" or "x1" or "x2" or "cx" or "y" or "y1" or "y2" or "cy"))
            {
                var value = double.Parse(attribute.Value, CultureInfo.InvariantCulture);
                Assert.InRange(
                    value, 0, attribute.Name.LocalName.Contains('x', StringComparison.Ordinal) ? box[2] : box[3]);
            }
        }
    }

    [Fact]
    public void The_decision_and_its_reason_come_first()
    {
        var input = ReportSamples.Of(ModelTask.Binary);
        var text = Text(VersionReport.Write(input));
        var verdict = input.Manifest.Verdict;
        Assert.StartsWith(
            $"Model report birds version 7 {(verdict.Promotes ? "✓ Promoted" : "✕ Not promoted")} {verdict.Reasons[0]}",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_waits_for_a_person_is_not_called_promoted()
    {
        var input = ReportSamples.Of(ModelTask.Regression, champion: false);
        Assert.True(input.Manifest.Verdict.Promotes);
        var manual = new ModelDefinition { Rollout = new RolloutSettings { Approval = ApprovalMode.Manual } };
        var html = VersionReport.Write(input with { Manifest = input.Manifest with { Definition = manual } });
        Assert.Contains("✓ Passed, waits for approval", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deciding_metric_is_said_in_plain_words()
    {
        var input = ReportSamples.Of(ModelTask.Binary);
        var auc = input.Manifest.Verdict.Candidate["auc"];
        Assert.Contains(
            "If you pick one row where “column label” is “column yes” and one where it is “column no”, the model "
            + $"gives the first one the higher probability {Math.Round(100 * auc)} times in 100.",
            Text(VersionReport.Write(input)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_what_was_found_in_the_data_what_is_ignored_and_what_failed()
    {
        var text = Text(VersionReport.Write(ReportSamples.Of(ModelTask.Regression)));
        Assert.Contains(
            "Line 17, column “column”: expected a number, found column found (6 rows, this being the first). They "
            + "were left out.",
            text,
            StringComparison.Ordinal);
        Assert.Matches("column leak +left out +as it is +– +0 +column reason", text);
        Assert.Contains("column failed", text, StringComparison.Ordinal);
        Assert.Contains("12,345", text, StringComparison.Ordinal);
        Assert.Contains(new string('d', 64), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Hostile_names_stay_text(ModelTask task)
    {
        const string hostile = "\"'><script>alert(1)</script><img src=x onerror=y>\u202Efdp\0&amp;";
        var plain = VersionReport.Write(ReportSamples.Of(task));
        var html = VersionReport.Write(ReportSamples.Of(task, hostile));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202E', html);
        Assert.DoesNotContain('\0', html);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&amp;amp;", html, StringComparison.Ordinal);
        // A name that broke out of an attribute or an element would change the elements that there are.
        Assert.Equal(Elements(plain), Elements(html));
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void It_asks_no_server_for_anything_and_is_the_same_for_the_same_input(ModelTask task)
    {
        var html = VersionReport.Write(ReportSamples.Of(task));
        Assert.DoesNotMatch(@"(?i)https?:|//[a-z]|\bsrc=|url\(|@import|<script|<iframe|<object", html);
        Assert.Equal(["data:,"], LinkTarget().Matches(html).Select(m => m.Groups[1].Value));
        Assert.Equal(html, VersionReport.Write(ReportSamples.Of(task)));
    }

    [Fact]
    public void Its_size_is_bounded_whatever_the_columns_classes_and_rows()
    {
        Assert.InRange(
            VersionReport.Write(ReportSamples.Of(ModelTask.Regression, rows: 60_000, features: 10_000)).Length,
            0,
            200_000);
        Assert.InRange(
            VersionReport.Write(ReportSamples.Of(ModelTask.Binary, rows: 60_000, name: new string('n', 5000))).Length,
            0,
            600_000);
        var classes = ReportSamples.Multiclass(5000, 800, "class", new SplitMix64(1));
        Assert.InRange(
            VersionReport.Write(ReportSamples.Of(classes, "column", 4, champion: false, 0.01)).Length, 0, 100_000);
    }

    [Fact]
    public void Degenerate_predictions_still_give_a_report()
    {
        Assert.Contains(
            "auc is not defined",
            Write(PredictionSamples.Binary(new float[60], new double[60])),
            StringComparison.Ordinal);
        Write(PredictionSamples.Binary([0, 1], [0, 1]));
        Write(PredictionSamples.Regression([3, 3, 3], [3, 3, 3]));
        Write(PredictionSamples.Regression([5], [1e30]));

        static string Write(Predictions p)
        {
            var html = VersionReport.Write(
                ReportSamples.Of(p, "column", 0, champion: false, 0) with { Slices = new Dictionary<string, int[]>() });
            Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
            return html;
        }
    }

    [Fact]
    public void Text_has_the_contrast_of_WCAG_AA_on_every_ground_in_both_modes()
    {
        foreach (var mode in RootBlock().Matches(ReportStyle.Css).Select(m => m.Value))
        {
            double[] Colour(string name) => Rgb(Regex.Match(mode, $"--{name}:#([0-9a-f]+)").Groups[1].Value);
            foreach (var ground in new[] { "page", "card" })
            {
                foreach (var text in new[] { "ink", "soft", "good", "bad" })
                {
                    AssertContrast(Colour(text), Colour(ground), 4.5);
                }

                foreach (var mark in new[] { "blue", "orange" }) AssertContrast(Colour(mark), Colour(ground), 3);
            }

            // The strongest cells of the confusion matrix are half colour.
            foreach (var heat in new[] { "blue", "orange" })
            {
                AssertContrast(Colour("ink"), [.. Colour(heat).Zip(Colour("card"), (a, b) => (a + b) / 2)], 4.5);
            }
        }
    }

    private static void AssertContrast(double[] a, double[] b, double atLeast)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        Assert.InRange((Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05), atLeast, 21);
    }

    private static double Luminance(double[] rgb)
    {
        var linear = rgb.Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private static double[] Rgb(string hex)
    {
        if (hex.Length == 3) hex = string.Concat(hex.Select(c => $"{c}{c}"));
        return [.. Enumerable.Range(0, 3).Select(i => Convert.ToInt32(hex.Substring(2 * i, 2), 16) / 255.0)];
    }

    private static IEnumerable<XElement> Svgs(string html) =>
        SvgElement().Matches(html).Select(m => XElement.Parse(m.Value));

    private static List<string> Elements(string html) => [.. Tag().Matches(html).Select(m => m.Value)];

    private static string Text(string html)
    {
        var body = html[html.IndexOf("<main>", StringComparison.Ordinal)..];
        var text = System.Net.WebUtility.HtmlDecode(AnyTag().Replace(body, " ")).Replace('\u00A0', ' ');
        return Regex.Replace(text, @"\s+", " ").Trim();
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex SvgElement();

    [GeneratedRegex("</?[a-z][a-z0-9]*")]
    private static partial Regex Tag();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex AnyTag();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@":root\{[^}]*\}")]
    private static partial Regex RootBlock();
}
