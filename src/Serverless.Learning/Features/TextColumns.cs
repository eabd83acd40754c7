using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Features;

/// <summary>Encodes the texts of a column, each different one once, and learns from them how to.</summary>
internal static class TextColumns
{
    /// <summary>
    /// Max rows and characters that an encoding is learned from, taken evenly among the training rows: memory and time
    /// are bounded by them, at about a second per score.
    /// </summary>
    private const int MaxRows = 50_000;

    private const long MaxCharacters = 16_000_000;

    /// <param name="column">Null, or of timestamps: the text is missing in every row.</param>
    /// <param name="isTraining">See <see cref="TextEncoder.Write"/>.</param>
    /// <returns>Slot by slot, one value for each of the given rows.</returns>
    public static float[][] Encode(
        TextEncoding encoding, Column? column, ReadOnlySpan<int> rows, bool isTraining, int threads)
    {
        var texts = column is null ? null : SlotValues.AsCategories(column);
        var ofText = texts is null ? [] : EncodeAll(encoding, texts.Values, isTraining, threads);
        var missing = new float[encoding.SlotCount];
        TextEncoder.WriteMissing(missing);
        var slots = new float[encoding.SlotCount][];
        foreach (ref var slot in slots.AsSpan()) slot = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var code = texts?.Codes[rows[i]] ?? -1;
            for (var s = 0; s < slots.Length; s++) slots[s][i] = code < 0 ? missing[s] : ofText[code][s];
        }

        return slots;
    }

    /// <param name="labels">A number or a class's index for each row of the table; NaN where it is unknown.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="threads">Max threads; the encoding does not depend on it.</param>
    public static TextEncoding Learn(
        Column column, float[] labels, ReadOnlySpan<int> rows, Signature signature, int threads)
    {
        var texts = SlotValues.AsCategories(column)
            ?? throw new ArgumentException(
                $"Expected texts in column '{column.Name}', found {column.Type}.", nameof(column));
        var known = new List<int>(rows.Length);
        foreach (var row in rows)
        {
            if (texts.Codes[row] >= 0 && !float.IsNaN(labels[row])) known.Add(row);
        }

        var every = 1;
        while (known.Count / every > MaxRows || Characters(texts, known, every) > MaxCharacters) every *= 2;
        int[] sample = [.. known.Where((_, i) => i % every == 0)];
        var targets = TextTargets.Of(signature.Task, Array.ConvertAll(sample, r => labels[r]), signature.Classes);
        return TextFit.Of(Array.ConvertAll(sample, r => texts.Values[texts.Codes[r]]), targets, threads).Encoding;
    }

    private static float[][] EncodeAll(
        TextEncoding encoding, IReadOnlyList<string> texts, bool isTraining, int threads)
    {
        var (encoder, encoded) = (new TextEncoder(encoding), new float[texts.Count][]);
        OrderedParallel.ForRows(threads, texts.Count, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                encoded[i] = new float[encoding.SlotCount];
                encoder.Write(Encoding.UTF8.GetBytes(texts[i]), encoded[i], isTraining);
            }
        });
        return encoded;
    }

    private static long Characters(CategoricalColumn texts, List<int> rows, int every)
    {
        var characters = 0L;
        for (var i = 0; i < rows.Count; i += every) characters += texts.Values[texts.Codes[rows[i]]].Length;
        return characters;
    }
}
