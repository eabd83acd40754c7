using System.Text.Json.Serialization;

namespace BareEndpoint;

internal sealed record Row(
    double F0, double F1, double F2, double F3, double F4, double F5, double F6,
    double F7, double F8, double F9, double F10, double F11, double F12, double F13,
    double F14, double F15, double F16, double F17, double F18, double F19, double F20,
    double F21, double F22, double F23, double F24, double F25, double F26, double F27);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Row))]
internal sealed partial class RowJson : JsonSerializerContext;
