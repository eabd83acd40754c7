namespace Serverless.Core.Tests;

/// <summary>Tests that measure the memory of the process: no other may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
