using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Web.Http;

/// <summary>Problem details (RFC 9457).</summary>
/// <param name="Errors">Extension member: the errors in the fields of the body.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, IReadOnlyList<FieldError>? Errors);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    public static ProblemJson Readable => field ??= new ProblemJson(ReadableJson.Of(Default));
}
