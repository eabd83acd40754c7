using System.Security.Cryptography;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Binning;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Tables;
using Serverless.Learning.Tests.Onnx;
using Serverless.Tests;

namespace Serverless.Core.Tests.Onnx;

/// <summary>
/// The files that training registers, on every row of every real data set: ONNX Runtime takes the columns as they are
/// in the file, and answers as we do.
/// </summary>
public class OnnxRealDataTests
{
    [Theory]
    [InlineData("bird-strikes", "baseline")]
    [InlineData("bird-strikes", "linear")]
    [InlineData("bird-strikes", "gbt")]
    [InlineData("weather", "baseline")]
    [InlineData("weather", "linear")]
    [InlineData("weather", "gbt")]
    [InlineData("flight-delays", "baseline")]
    [InlineData("flight-delays", "linear")]
    [InlineData("flight-delays", "gbt")]
    [InlineData("taxi-fare", "baseline")]
    [InlineData("taxi-fare", "linear")]
    [InlineData("taxi-fare", "gbt")]
    [InlineData("bike-sharing", "baseline")]
    [InlineData("bike-sharing", "linear")]
    [InlineData("bike-sharing", "gbt")]
    [InlineData("adult", "baseline")]
    [InlineData("adult", "linear")]
    [InlineData("adult", "gbt")]
    public async Task Onnx_runtime_answers_as_we_do(string name, string trainer)
    {
        OnnxRuntime.Require();
        var data = OnnxDataSet.Find(name);
        var definition = data.With(trainer);
        await using var product = new Product();
        await product.TrainAsync(
            name,
            "train.csv",
            await File.ReadAllTextAsync(data.Train, TestContext.Current.CancellationToken),
            definition);

        var manifest = await product.Registry.GetAsync(name, 1, TestContext.Current.CancellationToken);
        var onnx = await BytesAsync(product, BlobPaths.OnnxFile(name, 1));
        var ours = ModelFile.Read(await BytesAsync(product, BlobPaths.ModelFile(name, 1)), Synthetic.Trainers);
        var test = await data.ReadTestAsync(manifest!.Schema, definition);
        var rows = new OnnxRows(ours.Signature);
        rows.Add(test);
        var count = rows.Slots.Count;
        rows.AddHostile(test);

        Assert.Equal(trainer, manifest.Trainer);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(onnx)), manifest.OnnxHash);
        Assert.Equal(SignatureEncoder.Encode(ours.Signature, test).Columns.Select(c => c[^1]), rows.Slots[count - 1]);
        await OnnxAgreement.VerifyAsync(onnx, ours.Signature, ours.Scorer, rows);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} rows of the file and {rows.Slots.Count - count} hostile ones, {onnx.Length} bytes");
    }

    private static async Task<byte[]> BytesAsync(Product product, string blob) =>
        (await product.Store.ReadAllAsync(blob, 1 << 28, TestContext.Current.CancellationToken))!.Value.Bytes;
}
