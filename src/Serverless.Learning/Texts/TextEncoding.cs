using System.Text.Json.Serialization;

namespace Serverless.Learning.Texts;

/// <summary>
/// How a model sees free text: as how many words and pairs it knows of it, and as scores, each the prediction of a
/// ridge regression from TF-IDF weights of these words and pairs (unigrams and bigrams, present or not, of length 1 in
/// sum of squares, as scikit-learn's <c>TfidfVectorizer(ngram_range=(1, 2), binary=True)</c>).
/// </summary>
/// <remarks>
/// Thousands of words, nearly all 0 in a row, would cost a trainer of dense columns a thousandfold; the few hundred
/// that it could afford miss most short texts. A vocabulary rather than hashed buckets, which could neither be named
/// nor written as ONNX. All numbers are whole, and sums of them exact below 2^53: the order of adding, and who adds, do
/// not matter to the result.
/// </remarks>
public sealed record TextEncoding
{
    /// <summary>Max words and pairs; the most frequent ones.</summary>
    public const int MaxTerms = 10_000;

    /// <summary>Max scores: one for each of the most frequent classes of a multiclass task.</summary>
    public const int MaxScores = 32;

    internal const int IdfScale = 1 << 10;
    internal const int WeightScale = 1 << 16;

    /// <summary>Max size of a weight times <see cref="WeightScale"/>; with it sums stay below 2^53.</summary>
    internal const long MaxWeight = 1L << 25;

    /// <summary>Parts of the training texts, each scored by weights that were learned from the others.</summary>
    internal const int Folds = 5;

    /// <summary>Known words and pairs, the latter with a blank between; the most frequent first.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>Inverse document frequency of each term, times 1,024: ln((1 + texts) / (1 + of them with it)) + 1.
    /// </summary>
    public required IReadOnlyList<long> Idf { get; init; }

    /// <summary>Names of the scores: classes, or <c>score</c> alone; none if there are no terms.</summary>
    public required IReadOnlyList<string> Scores { get; init; }

    /// <summary>Weights times 65,536, term by term, one per score.</summary>
    public required IReadOnlyList<long> Weights { get; init; }

    /// <summary>
    /// Weights for the texts of each part, learned from the other parts: a text scored by weights that have seen its
    /// own label would look more telling than any later one (stacking; Wolpert 1992). Only while training.
    /// </summary>
    [JsonIgnore]
    internal IReadOnlyList<long[]> HeldOut { get; init; } = [];

    /// <summary>The number of known terms, and the scores.</summary>
    [JsonIgnore]
    public int SlotCount => 1 + Scores.Count;
}
