using System.Text.Json;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Tests.Models;

/// <summary>The hand-written reader agrees with generated code.</summary>
public sealed class DescriptionJsonTests
{
    private static readonly FeatureProfile Full = new()
    {
        Name = "größe",
        Type = ColumnType.Numeric,
        Rows = long.MaxValue,
        Missing = 3,
        Edges = [-1e-300, 0.1, 12345678.9],
        Counts = [0, 1, 2, long.MaxValue],
        Minimum = -5e-324,
        Maximum = double.MaxValue,
        Mean = 0.30000000000000004,
        StandardDeviation = 0,
    };

    private static readonly TextEncoding Words = new()
    {
        Terms = ["größe", "a b"],
        Idf = [1_024, 3_000],
        Scores = ["no", "yes"],
        Weights = [-5, 70_000, 0, 1],
    };

    [Fact]
    public void A_signature_is_read_as_it_was_written()
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            RequireSame(
                new Signature
                {
                    Task = task,
                    Label = "\"label\" \u2264 \n",
                    Features =
                    [
                        .. Enum.GetValues<ColumnType>()
                            .Select(type => new SignatureFeature
                            {
                                Name = $"f {type}",
                                Type = type,
                                Text = type == ColumnType.Text ? Words : null,
                            }),
                        new SignatureFeature
                        {
                            Name = "all",
                            Type = ColumnType.Categorical,
                            Categories = ["a", "", "b \\ c"],
                            Required = true,
                            Range = new NumericRange(-1.5, 2),
                            Values = ["a"],
                        },
                        new SignatureFeature { Name = "half", Type = ColumnType.Numeric,
                            Range = new NumericRange(Max: 7) },
                    ],
                    Classes = ["no", "yes"],
                    Ignored = ["row", "note"],
                    Id = "id",
                },
                ModelFileJson.Default.Signature,
                DescriptionJson.Signature);
        }
    }

    [Fact]
    public void A_profile_is_read_as_it_was_written() => RequireSame(
        new ReferenceProfile
        {
            Features = [Full, .. Enum.GetValues<ColumnType>()
                .Select(type => new FeatureProfile { Name = "f", Type = type, Rows = 1, Missing = 0, Counts = [] })],
            Output = Full,
            PredictedClasses = [5, 0],
        },
        ModelFileJson.Default.ReferenceProfile,
        DescriptionJson.Profile);

    [Fact]
    public void What_may_be_absent_is_empty()
    {
        var signature = JsonFields.Read(
            """{"task":"regression","label":"y","features":[],"classes":[],"id":null,"later":{"x":1}}"""u8.ToArray(),
            DescriptionJson.Signature);
        Assert.Empty(signature.Ignored);
        Assert.Null(signature.Id);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"task":"binary","label":"y","features":[]}""")]
    [InlineData("""{"task":"Binary","label":"y","features":[],"classes":[]}""")]
    [InlineData("""{"task":1,"label":"y","features":[],"classes":[]}""")]
    [InlineData("""{"task":"binary","label":"y","features":{},"classes":[]}""")]
    [InlineData("""{"task":"binary","label":"y","features":[7],"classes":[]}""")]
    [InlineData("""{"task":"binary","label":"y","features":[{"name":"f","type":"text"}],"classes":[]}""")]
    [InlineData("""{"task":"binary","label":"y","features":[],"classes":[null]}""")]
    [InlineData("""{"task":"binary","label":"y","features":[],"classes":[]""")]
    public void What_is_no_signature_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(
            () => JsonFields.Read(System.Text.Encoding.UTF8.GetBytes(json), DescriptionJson.Signature));

    private static void RequireSame<T>(
        T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Func<JsonFields, T> read)
        where T : class
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(JsonFields.Read(json, read), type));
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(json, type)!, type));
    }
}
