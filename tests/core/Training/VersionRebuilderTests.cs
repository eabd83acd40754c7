using System.Security.Cryptography;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class VersionRebuilderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bird-strikes", "bird-strikes.csv")]
    [InlineData("weather", "seattle.csv")]
    [InlineData("flight-delays", "flights-2001.csv")]
    public async Task A_manifest_gives_the_very_same_model_file_again_with_one_thread_and_with_two(string model, string file)
    {
        await using var product = new Product();
        await CopySampleAsync(product, $"{model}/model.json", BlobPaths.Definition(model));
        await CopySampleAsync(product, $"{model}/{file}", BlobPaths.Dataset(model, file));
        var record = await product.RunAsync(model, file);

        // Another process, which knows nothing but the store.
        await using var other = new Product(product.Folder);
        var manifest = (await other.Registry.GetAsync(model, record.Version!.Value, Cancelled))!;
        foreach (var threads in (int[])[1, 2])
        {
            var (bytes, obstacle) = await other.Get<VersionRebuilder>().RebuildAsync(manifest, threads, Cancelled);
            Assert.Null(obstacle);
            Assert.Equal(manifest.ModelHash, Convert.ToHexStringLower(SHA256.HashData(bytes!)));
        }
    }

    [Fact]
    public async Task A_version_of_several_files_of_which_some_rows_are_bad_is_rebuilt_too()
    {
        await using var product = new Product();
        var window = SmallData.Regression.Replace("\"trials\": 1", "\"trials\": 2, \"window\": {\"files\": 3}", StringComparison.Ordinal);
        await product.DropAsync("lines", "a.csv", SmallData.Line(3) + "oops,red,1\n", window);
        await product.DropAsync("lines", "b.csv", "x,y\n\"");
        await product.DropAsync("lines", "c.csv", SmallData.Line(3, seed: 2).Replace("blue", "pink", StringComparison.Ordinal));
        await product.RunAsync("lines", "c.csv");
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(2, manifest.Data.Count);

        var (bytes, _) = await product.Get<VersionRebuilder>().RebuildAsync(manifest, 1, Cancelled);

        Assert.Equal(manifest.ModelHash, Convert.ToHexStringLower(SHA256.HashData(bytes!)));
    }

    [Fact]
    public async Task A_version_of_more_rows_than_are_kept_with_their_values_is_rebuilt_too()
    {
        await using var product = new Product();
        const string definition = """{"label": "y", "training": {"trainers": ["gbt"], "trials": 1, "window": {"files": 3}}}""";
        await product.DropAsync("lines", "a.csv", SmallData.Line(3, rows: 120_000), definition);
        await product.DropAsync("lines", "b.csv", "x,colour,y\n1,red,oops\n");
        await product.DropAsync("lines", "c.csv", SmallData.Line(3, seed: 2, rows: 120_000));
        await product.RunAsync("lines", "c.csv");
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(2, manifest.Data.Count);
        Assert.InRange(manifest.Rows.Train + manifest.Rows.Validation + manifest.Rows.Holdout, BinningPlan.MaxRows + 1, 240_000);

        foreach (var threads in (int[])[1, 3])
        {
            var (bytes, obstacle) = await product.Get<VersionRebuilder>().RebuildAsync(manifest, threads, Cancelled);
            Assert.Null(obstacle);
            Assert.Equal(manifest.ModelHash, Convert.ToHexStringLower(SHA256.HashData(bytes!)));
        }
    }

    [Fact]
    public async Task What_stands_in_the_way_is_named()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        var rebuilder = product.Get<VersionRebuilder>();

        var (bytes, obstacle) = await rebuilder.RebuildAsync(manifest with { EngineVersion = "0" }, 1, Cancelled);
        Assert.Null(bytes);
        Assert.Contains($"engine version {Engine.Version}, found one of 0", obstacle, StringComparison.Ordinal);

        (_, obstacle) = await rebuilder.RebuildAsync(manifest with { Trainer = "oracle" }, 1, Cancelled);
        Assert.StartsWith("Expected a trainer 'oracle', found only 'baseline'", obstacle, StringComparison.Ordinal);

        await product.WriteAsync("datasets/lines/a.csv", SmallData.Line(3, seed: 2));
        (_, obstacle) = await rebuilder.RebuildAsync(manifest, 1, Cancelled);
        Assert.EndsWith("its content has changed.", obstacle, StringComparison.Ordinal);

        await product.Store.DeleteAsync("datasets/lines/a.csv", Cancelled);
        (_, obstacle) = await rebuilder.RebuildAsync(manifest, 1, Cancelled);
        Assert.Equal("Expected datasets/lines/a.csv, found no such file.", obstacle);
    }

    private static async Task CopySampleAsync(Product product, string sample, string blob)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) folder = folder.Parent!;
        await using var content = File.OpenRead(Path.Combine(folder.FullName, "data-samples", sample));
        await product.Store.WriteAsync(blob, content, WriteCondition.Always, metadata: null, Cancelled);
    }
}
