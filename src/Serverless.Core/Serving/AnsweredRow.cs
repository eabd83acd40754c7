namespace Serverless.Core.Serving;

/// <summary>One row of a request and the id of its prediction, made only as far as somebody asks.</summary>
/// <param name="number">What the id is made of where the row brings none.</param>
internal readonly ref struct AnsweredRow(RequestRows rows, int row, ReadOnlySpan<byte> body, PredictionIds ids, long number)
{
    private readonly ReadOnlySpan<byte> _body = body;

    public ReadOnlySpan<float> Slots => rows.Slots(row);

    public string Id => rows.Id(row) ?? ids.Text(number);

    /// <summary>The row as it was asked: a JSON object.</summary>
    public ReadOnlySpan<byte> Source => rows.Source(row, _body);

    /// <param name="space">At least <see cref="PredictionIds.MaximumBytes"/>.</param>
    public ReadOnlySpan<byte> QuotedId(Span<byte> space) =>
        rows.Id(row) is { } given ? AnswerTemplate.Quote(given) : ids.Write(number, space);
}
