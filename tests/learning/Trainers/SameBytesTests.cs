using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

/// <summary>
/// A trainer's result on the same rows is the same to the bit on every processor and runtime. If one of these hashes
/// changes, <see cref="Engine.Version"/> must change too. <c>.ci/run</c> runs this again without vector instructions.
/// </summary>
public sealed class SameBytesTests
{
    private const string Of = "6";

    [Theory]
    [InlineData(ModelTask.Regression, LinearTrainer.TrainerName, "dc6f55a2f75b3fe4")]
    [InlineData(ModelTask.Binary, LinearTrainer.TrainerName, "e382d13b7555998f")]
    [InlineData(ModelTask.Multiclass, LinearTrainer.TrainerName, "9d0297d882ccbe15")]
    [InlineData(ModelTask.Regression, GradientBoostingTrainer.TrainerName, "f4c053b714014892")]
    [InlineData(ModelTask.Binary, GradientBoostingTrainer.TrainerName, "7f1a0753b72266b0")]
    [InlineData(ModelTask.Multiclass, GradientBoostingTrainer.TrainerName, "a716fdfa21cb5d1d")]
    public void A_model_and_its_predictions_are_the_bytes_they_were(ModelTask task, string trainer, string expected)
    {
        Assert.Equal(Of, Engine.Version);
        var data = Synthetic.Make(task, 3000, seed: 5);
        var scorer = Synthetic.Train(trainer, data.Take(0, 2000), data.Take(2000, 2500), threads: 2);
        var predictions = scorer.ScoreAll(data.Take(2500, 3000).Features);
        byte[] all = [.. Synthetic.Bytes(scorer), .. MemoryMarshal.AsBytes<double>(predictions)];
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(all))[..16]);
    }
}
