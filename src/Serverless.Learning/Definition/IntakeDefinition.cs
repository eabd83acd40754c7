using System.Security.Cryptography;
using System.Text.Json;

namespace Serverless.Learning.Definition;

/// <summary>The part of model.json that says how a file becomes rows.</summary>
public static class IntakeDefinition
{
    /// <summary>
    /// SHA-256 in lower-case hex: files read under definitions of one hash give the same rows. Which of the columns are
    /// learned from makes no difference.
    /// </summary>
    public static string HashOf(ModelDefinition definition)
    {
        var meant = new ModelDefinition
        {
            Header = definition.Header,
            Sheet = definition.Sheet,
            Columns = definition.Columns,
            Aliases = definition.Aliases?.OrderBy(a => a.Key, StringComparer.Ordinal).ToDictionary(),
            Label = definition.Label,
            Task = definition.Task,
            Missing = definition.Missing,
            Time = definition.Time,
            TimeParts = definition.TimeParts,
            Id = definition.Id,
            Features =
            [
                .. definition.Features.OrderBy(f => f.Name, StringComparer.Ordinal)
                    .Select(f => f with { Comment = null, Ignored = false, Monotone = null }),
            ],
            Validation = new ValidationSettings { MaxBadRows = definition.Validation.MaxBadRows },
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(meant, DefinitionJson.Default.ModelDefinition);
        return Convert.ToHexStringLower(SHA256.HashData(json));
    }
}
