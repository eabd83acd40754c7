using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>Says why a file was rejected.</summary>
internal static class RejectionText
{
    /// <param name="notes">What was assumed of the file. That a workbook has more sheets may be the cause.</param>
    public static string Of(Anomaly problem, IReadOnlyList<CsvNote> notes)
    {
        var sheets = notes.FirstOrDefault(n => n.Code == CsvNote.OtherSheets);
        return sheets is null
            ? problem.ToSentence()
            : $"{problem.ToSentence()} The workbook has {sheets.Found}; if the table is in another one, set \"sheet\" to "
                + "its name in model.json.";
    }
}
