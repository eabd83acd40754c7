using System.Runtime.InteropServices;

namespace Serverless.Core.Serving;

/// <summary>
/// A request's headers, without the types of a web framework. They are looked at only where a canary goes by one.
/// </summary>
/// <param name="source">What <paramref name="find"/> looks into.</param>
/// <param name="find">Gives the value of the header of a name; null where there is none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly struct RequestHeaders(object source, Func<object, string, string?> find)
{
    public string? Find(string name) => find is null ? null : find(source, name);
}
