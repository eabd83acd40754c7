using Serverless.Local;
using Serverless.Local.Hosting;

return await HostCommand.RunAsync(
    args,
    new HostSettings { Store = DefaultStore.Folder },
    (settings, services) => { },
    FunctionIndex.ClassesOf(typeof(Program).Assembly));
