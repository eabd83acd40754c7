using System.Runtime.InteropServices;

namespace Serverless.Core.Serving;

/// <summary>A request's headers, independent of the web framework. Read only if a canary's key is a header.</summary>
/// <param name="source">Passed to <paramref name="find"/>.</param>
/// <param name="find">Returns the value of a named header; null without one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly struct RequestHeaders(object source, Func<object, string, string?> find)
{
    public string? Find(string name) => find is null ? null : find(source, name);
}
