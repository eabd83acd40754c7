using System.Diagnostics;
using System.Text.Json;

namespace Serverless.Learning.Tests.Onnx;

/// <summary>
/// ONNX Runtime in a Node process. <see cref="Variable"/> names the <c>node_modules</c> folder with
/// <c>onnxruntime-node</c>; without it, tests that need it are skipped.
/// </summary>
internal static class OnnxRuntime
{
    public const string Variable = "SERVERLESS_TEST_ONNXRUNTIME";

    public static string Require()
    {
        var modules = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(
            string.IsNullOrEmpty(modules), $"{Variable} does not name the node_modules folder with onnxruntime-node.");
        return Path.GetFullPath(modules!);
    }

    /// <returns>The model's outputs by name.</returns>
    public static async Task<Dictionary<string, OnnxAnswer>> RunAsync(byte[] model, IEnumerable<OnnxColumn> columns)
    {
        var folder = Directory.CreateTempSubdirectory("serverless-onnx-").FullName;
        try
        {
            string File(string name) => Path.Combine(folder, name);
            await System.IO.File.WriteAllBytesAsync(File("model.onnx"), model);
            Write(File("rows.json"), columns);
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "run-onnx.js"), Require(), File("model.onnx"), File("rows.json"),
                File("answers.json"),
            ];
            using var node = Process.Start(
                new ProcessStartInfo("node", arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var error = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(node.ExitCode == 0, error);
            using var answers = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File("answers.json")));
            return answers.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => OnnxAnswer.Parse(p.Value));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string file, IEnumerable<OnnxColumn> columns)
    {
        using var stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        foreach (var column in columns)
        {
            json.WriteStartObject(column.Name);
            json.WriteString("type", column.Texts is not null ? "string" : column.IsDouble ? "float64" : "float32");
            json.WriteStartArray("values");
            foreach (var text in column.Texts ?? []) json.WriteStringValue(text);
            foreach (var number in column.Numbers ?? [])
            {
                if (double.IsNaN(number)) json.WriteNullValue();
                else json.WriteNumberValue(number);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}

/// <summary>One input, a value per row.</summary>
internal sealed record OnnxColumn(string Name, List<double>? Numbers, List<string>? Texts, bool IsDouble);

/// <summary>One output.</summary>
/// <param name="Numbers">Row by row; NaN if not finite. Empty for texts.</param>
internal sealed record OnnxAnswer(string Type, int Columns, double[] Numbers, string[] Texts)
{
    public static OnnxAnswer Parse(JsonElement answer)
    {
        var type = answer.GetProperty("type").GetString()!;
        var values = answer.GetProperty("values").EnumerateArray();
        var columns = answer.GetProperty("columns").GetInt32();
        return type == "string"
            ? new OnnxAnswer(type, columns, [], [.. values.Select(v => v.GetString()!)])
            : new OnnxAnswer(type, columns,
                [.. values.Select(v => v.ValueKind == JsonValueKind.Null ? double.NaN : v.GetDouble())], []);
    }
}
