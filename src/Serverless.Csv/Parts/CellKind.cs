namespace Serverless.Csv.Parts;

/// <summary>What the cells of a part's column are meant to be.</summary>
public enum CellKind
{
    /// <summary>Whatever all of them are.</summary>
    Any,

    /// <summary>Text as it is written, whatever it looks like.</summary>
    Text,

    Number,

    Moment,

    /// <summary>A mark for true and nothing for false: other words for a missing value stay as they are.</summary>
    MarkOrBlank,
}

/// <summary>How a part stores a column.</summary>
internal enum PartType { Text, Whole, Number, Day, Moment }
