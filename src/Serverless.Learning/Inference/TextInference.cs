using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Inference;

/// <summary>
/// Decides whether a column in which nearly every row has a text of its own is free text to learn from: it has several
/// words, and scores learned from a part of the sampled rows go with the label in the others. Names, addresses, links
/// and codes that tell nothing about the label thus stay out, whatever they look like.
/// </summary>
internal sealed class TextInference(StridedRowSample sample, int label, string labelName, ModelTask task)
{
    /// <summary>The file's text that is held in memory, several times over, while a model is trained.</summary>
    private const long MaxBytes = 256_000_000;

    /// <summary>Fewer words with a letter are a name or a code.</summary>
    private const double MinWords = 3;

    private const int RowsForWords = 1_000;
    private const int MaxRows = 10_000;
    private const int MaxCharacters = 4_000_000;

    /// <summary>Standard errors beyond which scores do not go with the label by chance, not even one of 32.</summary>
    private const double MinStrength = 4;

    /// <param name="useless">Why the column is left out where it is no free text.</param>
    /// <returns>The column as text, or left out with the reason.</returns>
    public ColumnSchema Decide(ColumnSchema column, int index, string useless)
    {
        var words = MeanWords(index);
        if (words < MinWords) return Ignore(column, useless);
        if (FindBound(index) is { } bound) return Ignore(column, bound);
        var (texts, labels, classes) = Rows(index);
        var targets = TextTargets.Of(task, labels, classes);
        var strength = TextFit.Of(texts, targets, threads: 1).Strength;
        if (strength < MinStrength)
        {
            return Ignore(
                column,
                $"free text of {words:0.#} words on average, which tells no more about {labelName} than chance");
        }

        return column with
        {
            Type = ColumnType.Text,
            Reason = $"free text of {words:0.#} words on average, which tells about {labelName}: in sampled rows not "
                + $"learned from, by {strength:0} standard errors more than chance",
        };
    }

    /// <summary>Why there is too much text to learn from; null if there is not.</summary>
    public string? FindBound(int column)
    {
        var bytes = Bytes(column) * sample.Every;
        return bytes <= MaxBytes
            ? null
            : $"free text of about {bytes / 1e6:N0} MB, of which at most {MaxBytes / 1e6:N0} MB can be learned from";
    }

    /// <summary>Size of the column in the sampled rows.</summary>
    private long Bytes(int column)
    {
        var bytes = 0L;
        for (var row = 0; row < sample.Count; row++) bytes += sample.Field(row, column).Length;
        return bytes;
    }

    private static ColumnSchema Ignore(ColumnSchema column, string why) =>
        column with { Role = ColumnRole.Ignored, Reason = why };

    /// <summary>Words that have a letter, per text.</summary>
    private double MeanWords(int column)
    {
        var (words, texts) = (0, 0);
        for (var row = 0; row < sample.Count && texts < RowsForWords; row++)
        {
            var field = sample.Field(row, column);
            if (MissingText.Is(field)) continue;
            texts++;
            words += WordText.Normalize(Encoding.UTF8.GetString(field)).Split(' ')
                .Count(word => word.AsSpan().ContainsAnyExceptInRange('0', '9'));
        }

        return texts == 0 ? 0 : (double)words / texts;
    }

    /// <summary>Texts and labels of some rows that have both, evenly among the sampled ones.</summary>
    private (List<string> Texts, float[] Labels, List<string> Classes) Rows(int column)
    {
        var (texts, labels, classes) = (new List<string>(), new List<float>(), new Dictionary<string, int>());
        var every = 1 + Math.Max((sample.Count - 1) / MaxRows, (int)(Bytes(column) / MaxCharacters));
        for (var row = 0; row < sample.Count; row += every)
        {
            var field = sample.Field(row, column);
            var truth = sample.Field(row, label);
            if (MissingText.Is(field) || MissingText.Is(truth) || !TryLabel(truth, classes, out var value)) continue;
            texts.Add(Encoding.UTF8.GetString(field));
            labels.Add(value);
        }

        return (texts, [.. labels], [.. classes.Keys]);
    }

    private bool TryLabel(ReadOnlySpan<byte> text, Dictionary<string, int> classes, out float value)
    {
        if (task == ModelTask.Regression)
        {
            var isNumber = Utf8NumberParser.TryParse(text, out var number);
            value = Utf8NumberParser.ToFloat(number);
            return isNumber;
        }

        var name = Encoding.UTF8.GetString(text);
        if (!classes.TryGetValue(name, out var index)) classes.Add(name, index = classes.Count);
        value = index;
        return true;
    }
}
