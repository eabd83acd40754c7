using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>A file that the crash test drops, over and over.</summary>
internal sealed record CrashFile(string Model, string Name, byte[] Content)
{
    public string Blob => $"datasets/{Model}/{Name}";
}

internal enum CrashEventKind
{
    /// <summary>Written beside the store and moved in: whole at once.</summary>
    Moved,

    /// <summary>Copied over what is there.</summary>
    Copied,

    /// <summary>Copied in two pieces, so that half of it can be seen for a while.</summary>
    CopiedSlowly,

    /// <summary>The event alone, as Event Grid may send it again: the function is asked to run.</summary>
    Announced,
}

internal readonly record struct CrashEvent(CrashFile File, CrashEventKind Kind, bool IsFirst);

/// <summary>
/// Four models, fifteen small files for each. One of a model's files is another one's copy under a new name.
/// </summary>
internal static class CrashData
{
    private const int FilesPerModel = 15;

    private static readonly (string Model, string Task, string Row)[] _models =
    [
        ("loans", "binary", """{"income": 4.5, "age": 31, "town": "Ulm"}"""),
        ("moods", "multiclass", """{"income": 1.5, "age": 71, "town": "Kiel"}"""),
        ("prices", "regression", """{"income": 9.5, "age": 18, "town": "Mainz"}"""),
        ("visits", "binary", """{"income": 0.5, "age": 44, "town": null}"""),
    ];

    private static readonly string[] _towns = ["Ulm", "Kiel", "Mainz"];

    public static IReadOnlyList<string> Models { get; } = [.. _models.Select(m => m.Model)];

    /// <summary>A row that the model can be asked.</summary>
    public static string Row(string model) => _models.First(m => m.Model == model).Row;

    public static string Definition(string model) =>
        $$$"""{"label": "y", "task": "{{{_models.First(m => m.Model == model).Task}}}", "training": {"trials": 2}}""";

    public static List<CrashFile> Files(SplitMix64 random)
    {
        var files = new List<CrashFile>();
        foreach (var (model, task, _) in _models)
        {
            var contents = Enumerable.Range(0, FilesPerModel - 1).Select(_ => Csv(task, random)).ToList();
            contents.Add(contents[1]);
            files.AddRange(contents.Select((content, i) => new CrashFile(model, $"day-{i + 1:00}.csv", content)));
        }

        Shuffle(files, random);
        return files;
    }

    /// <summary>
    /// Events in random order, many for each file. A new file comes in every so often, so that crashes to the very end
    /// find training that goes on.
    /// </summary>
    public static List<CrashEvent> Events(IReadOnlyList<CrashFile> files, int count, SplitMix64 random)
    {
        var events = new List<CrashEvent>();
        var known = 0;
        for (var i = 0; i < count; i++)
        {
            var isFirst = i == known * count / files.Count && known < files.Count;
            var file = isFirst ? files[known++] : files[random.NextInt32(known)];
            // What was never dropped cannot be announced.
            events.Add(new CrashEvent(file, (CrashEventKind)random.NextInt32(isFirst ? 3 : 4), isFirst));
        }

        return events;
    }

    public static string Hash(CrashFile file) => Convert.ToHexStringLower(SHA256.HashData(file.Content));

    /// <summary>The identity of the run that learns from all files of a model, each content once.</summary>
    public static string Identity(IReadOnlyList<CrashFile> files)
    {
        var definition = ModelDefinitionReader.Read(Encoding.UTF8.GetBytes(Definition(files[0].Model))).Definition!;
        var hashes = files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(Hash).Distinct();
        return RunIdentity.Of(ModelDefinitionReader.CanonicalHash(definition), hashes, definition.Training.Seed);
    }

    private static byte[] Csv(string task, SplitMix64 random)
    {
        var csv = new StringBuilder("income,age,town,y\n");
        for (var rows = 200 + random.NextInt32(200); rows > 0; rows--)
        {
            var (income, age, town) = (10 * random.NextDouble(), 18 + random.NextInt32(60), random.NextInt32(3));
            var score = income - (age / 20.0) + town + random.NextDouble();
            var y = task switch
            {
                "binary" => score > 3 ? "yes" : "no",
                "multiclass" => score < 1 ? "low" : score < 5 ? "middle" : "high",
                _ => score.ToString("F3", CultureInfo.InvariantCulture),
            };
            csv.Append(CultureInfo.InvariantCulture, $"{income:F3},{age},{_towns[town]},{y}\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static void Shuffle<T>(List<T> list, SplitMix64 random)
    {
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
    }
}
