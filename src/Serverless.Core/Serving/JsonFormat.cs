namespace Serverless.Core.Serving;

/// <summary>JSON rows (an object, an array of objects, or columns), answered in JSON.</summary>
internal sealed class JsonFormat : RequestFormat
{
    private JsonFormat(bool isExplained) => IsExplained = isExplained;

    public static JsonFormat Plain { get; } = new(isExplained: false);

    public static JsonFormat Explained { get; } = new(isExplained: true);

    public override bool IsExplained { get; }

    public override AnswerWriter? WriterFor(ServedModel served) => IsExplained ? served.Explained.Value : served.Json;

    public override bool TryRead(
        ServedModel served,
        ReadOnlySpan<byte> body,
        int maxRows,
        RequestRows rows,
        out IReadOnlyList<FieldError> errors) =>
        TryReadRows(served, body, maxRows, rows, out errors);

    /// <summary>See <see cref="RequestFormat.TryRead"/>.</summary>
    public static bool TryReadRows(
        ServedModel served,
        ReadOnlySpan<byte> body,
        int maxRows,
        RequestRows rows,
        out IReadOnlyList<FieldError> errors)
    {
        errors = [];
        if (QuickRowReader.TryRead(served, body, maxRows, rows)) return true;
        rows.Clear();
        var careful = new CarefulRowReader(served, maxRows, rows);
        errors = careful.Errors;
        return careful.Read(body);
    }
}
