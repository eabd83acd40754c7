using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Core.Composition;
using Serverless.Core.Removal;
using Serverless.Core.Serving;
using Serverless.Core.Training;

namespace Serverless.Core.Tests;

/// <summary>App settings on their way to options, as a host starts.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void What_is_not_set_or_empty_has_its_default()
    {
        foreach (var empty in new[] { null, "" })
        {
            using var services = Start(
                (SettingNames.TrainingLimit, empty), (SettingNames.ModelCache, empty), ("AnswerCacheMegabytes", empty));
            Assert.Equal(new ServingOptions(), services.GetRequiredService<ServingOptions>());
            Assert.Equal(new TrainingOptions().Limit, services.GetRequiredService<TrainingOptions>().Limit);
        }
    }

    [Fact]
    public void No_cache_of_answers_is_what_earlier_stacks_set()
    {
        using var services = Start(("AnswerCacheMegabytes", "0"));
        Assert.Equal(new ServingOptions(), services.GetRequiredService<ServingOptions>());
    }

    [Fact]
    public void Memory_is_set_in_megabytes()
    {
        using var services = Start((SettingNames.ModelCache, "64"));
        Assert.Equal(64L << 20, services.GetRequiredService<ServingOptions>().CacheBytes);
    }

    [Fact]
    public void Days_are_set_by_kind_and_nothing_is_deleted_without()
    {
        using var services = Start(("FeedbackRetentionDays", "90"), ("PredictionRetentionDays", ""));
        Assert.Equal(
            new RetentionOptions { FeedbackRetentionDays = 90 }, services.GetRequiredService<RetentionOptions>());
    }

    [Theory]
    [InlineData("00:00:30", 30)]
    [InlineData("2.00:00:00", 2 * 24 * 60 * 60)]
    public void The_limit_of_training_is_a_time(string setting, int seconds)
    {
        using var services = Start((SettingNames.TrainingLimit, setting));
        Assert.Equal(TimeSpan.FromSeconds(seconds), services.GetRequiredService<TrainingOptions>().Limit);
    }

    [Theory]
    [InlineData("MaxRows", "1")]
    [InlineData("Limit", "00:00:01")]
    [InlineData("CacheBytes", "1")]
    public void Only_what_is_documented_can_be_set(string name, string value)
    {
        using var services = Start((name, value));
        Assert.Equal(new ServingOptions(), services.GetRequiredService<ServingOptions>());
        Assert.Equal(new TrainingOptions(), services.GetRequiredService<TrainingOptions>());
    }

    [Theory]
    [InlineData(SettingNames.ModelCache, "0", "ModelCacheMegabytes: expected at least 1, found 0.")]
    [InlineData(
        "AnswerCacheMegabytes",
        "8",
        "AnswerCacheMegabytes: expected the setting to be removed, since answers are not cached; found 8.")]
    [InlineData("RunRetentionDays", "0", "RunRetentionDays: expected at least 1, found 0.")]
    [InlineData(SettingNames.ModelCache, "x", "value 'x' at 'ModelCacheMegabytes' to type 'System.Int32'")]
    [InlineData(
        SettingNames.TrainingLimit, "30", "TrainingLimit: expected a time up to 24 days, as \"hh:mm:ss\", found '30'.")]
    public void A_wrong_setting_ends_the_start_and_is_named(string name, string value, string message)
    {
        var error = Assert.ThrowsAny<Exception>(() => Start((name, value)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_setting_is_told_at_once()
    {
        var error = Assert.ThrowsAny<Exception>(
            () => Start((SettingNames.ModelCache, "0"), (SettingNames.TrainingLimit, "30")));
        Assert.Contains(SettingNames.ModelCache, error.Message, StringComparison.Ordinal);
        Assert.Contains(SettingNames.TrainingLimit, error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Start(params (string Name, string? Value)[] settings)
    {
        var values = settings.ToDictionary(s => s.Name, s => s.Value);
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .AddServerlessSettings()
            .BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
        return services;
    }
}
