using Pulumi;
using Serverless.Infra;

return await Deployment.RunAsync(() =>
{
    var config = new Config("serverless");
    return ServerlessStack.Create(StackSettings.Read(config.Get), TimeProvider.System);
});
