using Serverless.Core.Registry;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// <c>report.html</c>: one page about one version for someone who is no data scientist. It carries all it needs, runs
/// no script, asks no server for anything, and is the same text for the same input.
/// </summary>
public static class VersionReport
{
    public static string Write(ReportInput input)
    {
        var manifest = input.Manifest;
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
            <title>{manifest.Model} version {NumberFormat.Of(manifest.Version)}</title>
            <style>{Html.Raw(ReportStyle.Css)}</style></head>
            <body><main>
            {VerdictSection.Of(input)}
            {MetricsSection.Of(input)}
            {ImportanceBars.Of(input.Importance)}
            {InsightSection.Of(input)}
            {DataSection.Of(input)}
            {TrialsSection.Of(manifest)}
            {LineageSection.Of(manifest)}
            </main><footer>Made {LineageSection.Moment(manifest.CreatedAt)} by {manifest.Trainer},
            engine {manifest.EngineVersion}</footer></body></html>

            """;
        return page.ToString();
    }
}
