using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;

namespace Serverless.Learning.Changes;

/// <summary>The values of one column in rows spread over a file's sample.</summary>
internal sealed class SampleColumn
{
    /// <summary>Enough that a share is known within one percent.</summary>
    public const int MaxRows = 10_000;

    private const int MaxText = 200;

    private SampleColumn(int rows) => Numbers = new double[rows];

    /// <summary>Numbers or ticks; NaN where the cell is missing, no value of the type, or a text.</summary>
    public double[] Numbers { get; }

    /// <summary>
    /// Texts, truths as <c>true</c> and <c>false</c>; null where missing. Empty for numbers and moments.
    /// </summary>
    public string?[] Texts { get; private init; } = [];

    public int Missing { get; private set; }

    public int Unfit { get; private set; }

    /// <summary>Step from one row that is looked at to the next.</summary>
    public static int Step(StridedRowSample sample) => Math.Max(1, (sample.Count + MaxRows - 1) / MaxRows);

    public static int CountRows(StridedRowSample sample) => (sample.Count + Step(sample) - 1) / Step(sample);

    public static SampleColumn Read(StridedRowSample sample, int column, ColumnType type)
    {
        var (step, rows) = (Step(sample), CountRows(sample));
        var isText = type is ColumnType.Categorical or ColumnType.Boolean;
        var read = new SampleColumn(rows) { Texts = isText ? new string?[rows] : [] };
        Array.Fill(read.Numbers, double.NaN);
        for (var i = 0; i < rows; i++) read.Take(sample.Field(i * step, column), i, type);
        return read;
    }

    /// <summary>The text of a cell as it is compared.</summary>
    public static string Text(ReadOnlySpan<byte> cell) =>
        Encoding.UTF8.GetString(cell.Length > MaxText ? cell[..MaxText] : cell).Trim();

    private void Take(ReadOnlySpan<byte> cell, int row, ColumnType type)
    {
        if (MissingText.Is(cell))
        {
            Missing++;
            return;
        }

        switch (type)
        {
            case ColumnType.Numeric when Utf8NumberParser.TryParse(cell, out var number) && double.IsFinite(number):
                Numbers[row] = number;
                break;
            case ColumnType.Timestamp when TimestampText.TryParse(cell, out var ticks):
                Numbers[row] = ticks;
                break;
            case ColumnType.Boolean when BooleanText.TryParse(cell, out var truth):
                Texts[row] = truth ? "true" : "false";
                break;
            case ColumnType.Categorical:
                Texts[row] = Text(cell);
                break;
            default:
                Unfit++;
                break;
        }
    }
}
