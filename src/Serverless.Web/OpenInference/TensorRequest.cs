using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>A parsed request, whose rows are read by the version that answers it.</summary>
/// <param name="id">The id to return: quoted JSON; null if the request has none.</param>
/// <param name="outputs">The requested tensors.</param>
/// <param name="columns">At least one; all have the same number of rows, within the limit of a request.</param>
/// <param name="fields">Fields of the version that the request was parsed for; include all columns.</param>
internal sealed class TensorRequest(
    byte[]? id, InferenceOutputs outputs, IReadOnlyList<TensorColumn> columns, RowFields fields) : RequestFormat
{
    public override AnswerWriter WriterFor(ServedModel served) =>
        new TensorAnswer(TensorTemplate.Of(served), id, outputs);

    public override ReadOnlySpan<byte> FirstRow(ReadOnlySpan<byte> body) =>
        new TensorColumns(columns, fields).Row(0, body);

    public override bool TryRead(
        ServedModel served,
        ReadOnlySpan<byte> body,
        int maxRows,
        RequestRows rows,
        out IReadOnlyList<FieldError> errors)
    {
        var found = new List<FieldError>();
        errors = found;
        rows.Columns = new TensorColumns(columns, served.Fields);
        for (var row = 0; row < columns[0].Rows; row++) rows.Add();
        foreach (var column in columns)
        {
            if (served.Fields.Find(column.Name) is var index and >= 0)
            {
                column.ReadInto(rows, served, served.Fields[index], body, found);
            }
            else
            {
                // The request was parsed for the champion; a challenger may lack some of its fields.
                var names = served.Signature.Features.Select(f => f.Name);
                var suggestion = RequestErrorText.Suggestion(column.Name, names);
                found.Add(new FieldError(RequestErrorText.Shorten(column.Name), suggestion, "an unknown field"));
            }

            if (found.Count >= FieldError.MaxCount) return false;
        }

        RequireValues(served, rows, found);
        return found.Count == 0;
    }

    private void RequireValues(ServedModel served, RequestRows rows, List<FieldError> errors)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            for (var f = 0; f < served.Signature.Features.Count; f++)
            {
                var feature = served.Signature.Features[f];
                if (!feature.Required || !float.IsNaN(rows.Slots(row)[served.Encoder.FirstSlot(f)])) continue;
                var at = TensorColumn.At(feature.Name, row);
                if (errors.Exists(e => e.Pointer == at)) continue;
                var isGiven = columns.Any(c => c.Name == feature.Name);
                errors.Add(new FieldError(at, RequestErrorText.Required(feature.Type), isGiven ? "null" : "nothing"));
                if (errors.Count >= FieldError.MaxCount) return;
            }
        }
    }
}
