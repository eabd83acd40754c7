using System.Globalization;
using Microsoft.Extensions.Hosting;
using Serverless.Core.Composition;
using Serverless.Local;
using Serverless.Local.Hosting;
using Serverless.Local.Hosting.Settings;
using Serverless.Sql;
using Serverless.Web;
#if MLNET
using Serverless.MlNet;
#endif

// A build with cultures, which SQL Server's client asks for, writes numbers and dates as one without.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await HostCommand.RunAsync(
    args,
    new HostSettings { Store = Repository.DefaultStore, Values = LocalSettings.Read() },
    (settings, services) =>
    {
        services.AddServerlessSettings();
        services.AddServerless(provider =>
            LocalStore.Open(settings.Store, provider.GetRequiredService<TimeProvider>())).AddServerlessWeb();
#if MLNET
        services.AddMlNetTrainers();
#endif
        services.AddSqlSources();
        services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, MessageJson.Default));
        services.AddSingleton<ChampionLoader>();
        services.AddSingleton<NextSteps>();
        services.AddSingleton<SampleLoader>();
        // Hosted services start before the first request and the first scan for dropped files.
        if (!settings.Empty) services.AddHostedService(provider => provider.GetRequiredService<SampleLoader>());
    },
    FunctionTypes.All,
    services => services.GetRequiredService<ChampionLoader>().Begin(),
    host => host.Services.GetRequiredService<NextSteps>().Begin(host.Address));
