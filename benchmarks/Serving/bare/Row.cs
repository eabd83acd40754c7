using System.Text.Json.Serialization;

namespace BareEndpoint;

// Properties with setters, because generated code reads them faster than constructor parameters.
internal sealed class Row
{
    public double F0 { get; set; }

    public double F1 { get; set; }

    public double F2 { get; set; }

    public double F3 { get; set; }

    public double F4 { get; set; }

    public double F5 { get; set; }

    public double F6 { get; set; }

    public double F7 { get; set; }

    public double F8 { get; set; }

    public double F9 { get; set; }

    public double F10 { get; set; }

    public double F11 { get; set; }

    public double F12 { get; set; }

    public double F13 { get; set; }

    public double F14 { get; set; }

    public double F15 { get; set; }

    public double F16 { get; set; }

    public double F17 { get; set; }

    public double F18 { get; set; }

    public double F19 { get; set; }

    public double F20 { get; set; }

    public double F21 { get; set; }

    public double F22 { get; set; }

    public double F23 { get; set; }

    public double F24 { get; set; }

    public double F25 { get; set; }

    public double F26 { get; set; }

    public double F27 { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Row))]
internal sealed partial class RowJson : JsonSerializerContext;
