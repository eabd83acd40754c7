namespace Serverless.Tests.Intake;

/// <summary>
/// Files as teams export them, made from seeds, each with the truth about its columns. Nothing here uses the product.
/// A new family, such as workbooks or Parquet, is one more list.
/// </summary>
internal static class IntakeCorpus
{
    public static IReadOnlyList<IntakeFile> Files { get; } =
    [
        .. GermanExports.Files(),
        .. FrenchExports.Files(),
        .. NordicExports.Files(),
        .. SwissExports.Files(),
        .. SouthernExports.Files(),
        .. EnglishExports.Files(),
        .. SapExports.Files(),
        .. SqlExports.Files(),
        .. PandasExports.Files(),
        .. OnlineExports.Files(),
        .. TimeExports.Files(),
        .. CellExports.Files(),
        .. LabelExports.Files(),
        .. LayoutExports.Files(),
        .. CodeExports.Files(),
        .. AmbiguousExports.Files(),
    ];
}
