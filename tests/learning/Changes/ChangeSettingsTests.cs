using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Tests.Changes;

public sealed class ChangeSettingsTests
{
    [Fact]
    public void Every_code_of_a_change_may_be_set_and_no_other()
    {
        foreach (var code in AnomalyCodes.Changes)
        {
            Assert.Equal(ChangeAction.Ask, Read(Setting(code)).Definition!.Validation.ActionOn(code));
        }

        var error = Assert.Single(Read(Setting("CSV_FIELD_COUNT")).Errors);
        Assert.Equal(("validation.changesByCode.CSV_FIELD_COUNT", "'CSV_FIELD_COUNT'"), (error.Path, error.Found));
        static string Setting(string code) => 
            """{"validation": {"changesByCode": {"CODE": "ask"}}}""".Replace("CODE", code, StringComparison.Ordinal);
    }

    [Fact]
    public void Spelling_out_the_default_makes_no_new_version() => Assert.Equal(
        ModelDefinitionReader.CanonicalHash(new ModelDefinition()),
        ModelDefinitionReader.CanonicalHash(Read("""{"validation": {"changes": "warn"}}""").Definition!));

    [Theory]
    [InlineData("""{"aliases": {"a": ["b", "c"], "d": ["b"]}}""", "aliases.d[0]")]
    [InlineData("""{"aliases": {"a": ["b "]}}""", "aliases.a[0]")]
    [InlineData("""{"columns": ["a", "y"], "aliases": {"a": ["b"]}}""", "aliases")]
    public void Aliases_that_cannot_work_are_refused(string json, string path) =>
        Assert.Equal(path, Assert.Single(Read(json).Errors).Path);

    private static ModelDefinitionResult Read(string json) => ModelDefinitionReader.Read(Encoding.UTF8.GetBytes(json));
}
