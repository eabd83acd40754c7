using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Features;

/// <summary>
/// A model's inputs and outputs: MLflow's model signature plus the encoding of categories and classes.
/// </summary>
public sealed record Signature
{
    /// <summary>Beyond this many, classes are identifiers, and each costs memory in every tree and weight.</summary>
    public const int MaxClasses = 1000;

    public required ModelTask Task { get; init; }

    public required string Label { get; init; }

    public required IReadOnlyList<SignatureFeature> Features { get; init; }

    /// <summary>
    /// Class names; for a binary task the second is the positive one, the rarer in training. Empty for regression.
    /// </summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Columns of the training data that a prediction may carry but the model ignores.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The id column, if any: a prediction that carries it is logged under it.</summary>
    public string? Id { get; init; }

    private IReadOnlyList<Slot>? _slots;

    /// <summary>
    /// One per numeric, boolean or categorical feature; one per calendar part of a timestamp; for a text the number of
    /// words and pairs known, and its scores.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<Slot> Slots => _slots ??= [.. Features.SelectMany((f, i) => f.Slots(i))];
}

public sealed record SignatureFeature
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>
    /// Known categories of a categorical feature, most frequent first; at most <see cref="MaxCategories"/>.
    /// </summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>How a text is encoded; null for any other feature.</summary>
    public TextEncoding? Text { get; init; }

    public bool Required { get; init; }

    /// <summary>A boolean of which files have a mark or nothing: what is missing is false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MissingIsFalse { get; init; }

    public NumericRange? Range { get; init; }

    /// <summary>Allowed values, if model.json names them.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>With 'any other' and 'missing', a category fits one byte.</summary>
    public const int MaxCategories = 250;

    /// <summary>Slot value of an unknown category: the cardinality of the feature's slot.</summary>
    [JsonIgnore]
    public int OtherCategory => Math.Max(1, Categories.Count);

    /// <summary>
    /// Whether <see cref="Categories"/> are all that training has seen, so that another value is new to the model.
    /// </summary>
    [JsonIgnore]
    public bool ListsAllCategories => Type == ColumnType.Categorical && Categories.Count < MaxCategories;

    internal IEnumerable<Slot> Slots(int index) => Type switch
    {
        ColumnType.Categorical => [new Slot(Name, index, OtherCategory)],
        ColumnType.Timestamp => CalendarParts.Names.Select(part => new Slot($"{Name}.{part}", index, 0)),
        ColumnType.Text => Text!.Scores.Prepend("known").Select(part => new Slot($"{Name}.{part}", index, 0)),
        _ => [new Slot(Name, index, 0)],
    };
}
