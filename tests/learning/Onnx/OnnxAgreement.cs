using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Tests.Onnx;

internal static class OnnxAgreement
{
    /// <summary>
    /// The bar is 1e-5. Graphs compute in double precision, so the actual error is much smaller; relative above 1.
    /// </summary>
    private const double Tolerance = 1e-9;

    /// <summary>Fails if ONNX Runtime and our scorer disagree about any row.</summary>
    public static async Task VerifyAsync(byte[] model, Signature signature, Scorer scorer, OnnxRows rows)
    {
        var answers = await OnnxRuntime.RunAsync(model, rows.Columns);
        var isRegression = signature.Task == ModelTask.Regression;
        Assert.Equal(isRegression ? 1 : 2, answers.Count);
        var found = Find(isRegression ? "variable" : "output_probability");
        Assert.Equal(isRegression ? 1 : signature.Classes.Count, found.Columns);
        Assert.Equal(rows.Slots.Count * found.Columns, found.Numbers.Length);

        var labels = isRegression ? [] : Find("output_label").Texts;
        var outputs = new double[scorer.OutputCount];
        for (var row = 0; row < rows.Slots.Count; row++)
        {
            scorer.Score(rows.Slots[row], outputs);
            double[] expected = signature.Task == ModelTask.Binary ? [1 - outputs[0], outputs[0]] : outputs;
            for (var k = 0; k < expected.Length; k++)
            {
                var actual = found.Numbers[(row * expected.Length) + k];
                var close = Math.Abs(actual - expected[k]) <= Tolerance * Math.Max(1, Math.Abs(expected[k]));
                Assert.True(close, $"Row {row}, output {k}: expected {expected[k]:R}, found {actual:R}.");
            }

            if (isRegression) continue;
            Assert.Equal(signature.Classes[PredictedClass.Of(signature.Task, outputs)], labels[row]);
        }

        // An output's name gets a number if a feature has that name.
        OnnxAnswer Find(string name) =>
            answers[signature.Features.Any(f => f.Name == name) ? $"{name}_1" : name];
    }
}
