using Serverless.Core.Data;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Data;

public class ModelDataFilesTests
{
    [Theory]
    [InlineData("a.csv", true)]
    [InlineData("2026/A.CSV.GZ", true)]
    [InlineData("a.tsv", true)]
    [InlineData("a.jsonl.gz", true)]
    [InlineData("a.ndjson", true)]
    [InlineData("a.json", true)]
    [InlineData("a.xlsx", true)]
    [InlineData("a.xls", true)]
    [InlineData("a.parquet", true)]
    [InlineData("a.zip", true)]
    [InlineData("a.csv.report.json", false)]
    [InlineData("sap.txt", true)]
    [InlineData("notes.docx", false)]
    [InlineData("a.xlsx.gz", false)]
    [InlineData("csv", false)]
    public void A_data_file_is_known_by_how_its_name_ends(string name, bool expected) =>
        Assert.Equal(expected, ModelDataFiles.IsDataFile(name));

    [Theory]
    [InlineData("a.csv", "batch/out/m/a.csv")]
    [InlineData("a.csv.gz", "batch/out/m/a.csv.gz")]
    [InlineData("a.xlsx", "batch/out/m/a.xlsx.csv")]
    [InlineData("a.jsonl.gz", "batch/out/m/a.jsonl.gz.csv")]
    public void Predictions_are_CSV_whatever_they_are_of(string file, string expected) =>
        Assert.Equal(expected, BlobPaths.BatchOutput("m", file));
}
