using System.Globalization;
using Serverless.Core.Registry;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>All that is needed to make the very same model again.</summary>
public static class LineageSection
{
    public static Html Of(Manifest manifest)
    {
        (string Name, string Value)[] facts =
        [
            ("identity", manifest.Identity),
            ("model.bin, SHA-256", manifest.ModelHash),
            ("model.bin, bytes", NumberFormat.Of(manifest.ModelBytes)),
            manifest.OnnxHash is { } hash
                ? ("model.onnx, SHA-256", hash)
                : ("model.onnx", manifest.OnnxObstacle ?? "none"),
            ("model.json, SHA-256", manifest.DefinitionHash),
            .. manifest.Data.Select(f => ($"{f.Name}, SHA-256", f.ContentHash)),
            ("seed", manifest.Seed.ToString(CultureInfo.InvariantCulture)),
            ("engine", manifest.EngineVersion),
            ("runtime", manifest.Runtime),
            ("made", Moment(manifest.CreatedAt)),
            ("time taken", string.Join(", ", manifest.Seconds.Select(s => $"{s.Key} {NumberFormat.Of(s.Value, 3)} s"))),
        ];
        return $"""
            <section><details><summary>Lineage and identity</summary>
            <p class="lead">The same data, model.json, engine and seed give the same model, byte for byte.</p>
            <dl class="lineage">{Html.Each(facts, f => $"<div><dt>{f.Name}</dt><dd>{f.Value}</dd></div>")}</dl>
            {Download(manifest)}</details></section>
            """;
    }

    /// <summary>Relative to the address that reports are served under.</summary>
    private static Html? Download(Manifest manifest)
    {
        if (manifest.OnnxHash is null) return null;
        return $"""<p><a href="onnx">Download the model as ONNX</a>, for use without us.</p>""";
    }

    public static string Moment(DateTimeOffset moment) =>
        moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string ShortHash(string hash) => hash.Length <= 12 ? hash : hash[..12] + "…";
}
