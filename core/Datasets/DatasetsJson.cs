using System.Text.Json;

namespace Serverless.Datasets;

/// <summary>JSON of this folder's records: camelCase names, enums as camelCase texts, an unknown property is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters =
    [
        typeof(CamelCaseEnum<ModelTask>), typeof(CamelCaseEnum<ColumnType>), typeof(CamelCaseEnum<RolloutStrategy>),
        typeof(CamelCaseEnum<ApprovalMode>), typeof(CamelCaseEnum<DriftStatistic>), typeof(CamelCaseEnum<DriftAction>),
        typeof(CamelCaseEnum<AnomalySeverity>), typeof(CamelCaseEnum<ColumnRole>),
    ])]
[JsonSerializable(typeof(ModelDefinition))]
[JsonSerializable(typeof(DatasetSchema))]
[JsonSerializable(typeof(ValidationReport))]
internal sealed partial class DatasetsJson : JsonSerializerContext
{
    internal sealed class CamelCaseEnum<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase)
        where TEnum : struct, Enum;
}
