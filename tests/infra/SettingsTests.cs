using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.Infra.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("maximumInstances", "0", "a whole number from 1 to 1000")]
    [InlineData("maximumInstances", "many", "a whole number from 1 to 1000")]
    [InlineData("instanceMemory", "1024", "one of 512, 2048, 4096")]
    [InlineData("alwaysReady", "-1", "a whole number from 0 to 1000")]
    [InlineData("stalenessSchedule", "0 * * * *", "NCRONTAB with six fields, seconds first")]
    [InlineData("driftSchedule", "0 */15 * * *  *", "NCRONTAB with six fields, seconds first")]
    [InlineData("httpConcurrency", "0", "a whole number from 1 to 1000")]
    [InlineData("httpConcurrency", "1001", "a whole number from 1 to 1000")]
    [InlineData("trainingLimit", "25", "hh:mm:ss from 00:01:00 to 00:29:00")]
    [InlineData("trainingLimit", "00:30:00", "hh:mm:ss from 00:01:00 to 00:29:00")]
    [InlineData("modelCacheMegabytes", "1025", "a whole number from 1 to 1024")]
    [InlineData("answerCacheMegabytes", "0", "no such setting, because it has no effect any more")]
    [InlineData("replication", "Premium_LRS", "one of Standard_LRS, Standard_ZRS, Standard_GRS, Standard_GZRS")]
    [InlineData("softDeleteDays", "366", "a whole number from 1 to 365")]
    [InlineData("budget", "0", "a number from 1 to 1000000")]
    [InlineData("privateNetwork", "yes", "true or false")]
    [InlineData("alertEmails", "[]", "at least 1 entry: an e-mail address")]
    [InlineData("alertEmails", "[\"nobody\"]", "an e-mail address")]
    [InlineData("alertEmails", "a@example.com", "a list of strings")]
    [InlineData("dataWriters", "[\"me\"]", "an object id (a GUID)")]
    [InlineData("allowedAddresses", "[\"10.0.0.0/33\"]", "an IPv4 address, or a CIDR range of /30 or wider")]
    [InlineData("allowedAddresses", "[\"203.0.113.5/32\"]", "an IPv4 address, or a CIDR range of /30 or wider")]
    [InlineData("allowedAddresses", "[\"2001:db8::/32\"]", "an IPv4 address, or a CIDR range of /30 or wider")]
    public void A_wrong_setting_is_reported_with_what_was_expected(string setting, string value, string expected)
    {
        var values = ExampleStack.Values("dev");
        values[setting] = value;
        var failure = Assert.Throws<SettingsException>(() => StackSettings.Read(values.GetValueOrDefault));
        Assert.StartsWith($"serverless:{setting}: expected {expected}, found '", failure.Message);
    }

    [Theory]
    [InlineData(null, 512)]
    [InlineData("512", 128)]
    [InlineData("4096", 1024)]
    public void Models_get_a_quarter_of_an_instances_memory_by_default(string? memory, int megabytes)
    {
        var values = ExampleStack.Values("dev");
        if (memory is not null) values["instanceMemory"] = memory;
        Assert.Equal(megabytes, StackSettings.Read(values.GetValueOrDefault).ModelCacheMegabytes);
        values["modelCacheMegabytes"] = "77";
        Assert.Equal(77, StackSettings.Read(values.GetValueOrDefault).ModelCacheMegabytes);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("1", 1)]
    [InlineData("1000", 1000)]
    public void Concurrent_requests_follow_Azures_default_unless_set(string? text, int? requests)
    {
        var values = ExampleStack.Values("dev");
        if (text is not null) values["httpConcurrency"] = text;
        Assert.Equal(requests, StackSettings.Read(values.GetValueOrDefault).HttpConcurrency);
    }

    [Fact]
    public void The_training_limit_stays_below_the_function_timeout()
    {
        var host = JsonNode.Parse(File.ReadAllText(Repository.PathOf("host.json")))!;
        var timeout = TimeSpan.Parse(host["functionTimeout"]!.ToString(), CultureInfo.InvariantCulture);
        var values = ExampleStack.Values("dev");
        Assert.True(StackSettings.Read(values.GetValueOrDefault).TrainingLimit < timeout);
        values["trainingLimit"] = "00:29:00";
        Assert.True(StackSettings.Read(values.GetValueOrDefault).TrainingLimit < timeout);
    }

    [Fact]
    public void Single_IPv4_addresses_and_ranges_are_allowed()
    {
        var values = ExampleStack.Values("dev");
        values["allowedAddresses"] = "[\"203.0.113.5\", \"203.0.113.0/30\"]";
        var addresses = StackSettings.Read(values.GetValueOrDefault).AllowedAddresses;
        Assert.Equal(["203.0.113.5", "203.0.113.0/30"], addresses);
    }

    [Fact]
    public void All_wrong_settings_are_reported_at_once()
    {
        var values = new Dictionary<string, string> { ["maximumInstances"] = "x", ["budget"] = "y" };
        var failure = Assert.Throws<SettingsException>(() => StackSettings.Read(values.GetValueOrDefault));
        Assert.Equal(3, failure.Message.Split(Environment.NewLine).Length);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Stack_files_set_only_what_the_program_reads(string name)
    {
        var read = new HashSet<string>();
        var values = ExampleStack.Values(name);
        _ = StackSettings.Read(setting =>
        {
            read.Add(setting);
            return values.GetValueOrDefault(setting);
        });
        Assert.Empty(values.Keys.Except(read));
    }
}
