namespace Serverless.Core.Reports;

/// <summary>The style sheet of reports, <c>report.css</c>, which the dashboard's pages begin with too.</summary>
public static class ReportStyle
{
    public static string Css { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(ReportStyle).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
