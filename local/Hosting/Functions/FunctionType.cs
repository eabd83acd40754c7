using System.Diagnostics.CodeAnalysis;

namespace Serverless.Local.Hosting.Functions;

/// <summary>
/// A function class, or a result class with output properties. Listed by hand, not discovered in the assembly, so that
/// trimming keeps the members that the host reads by reflection.
/// </summary>
public readonly record struct FunctionType(
    [property: DynamicallyAccessedMembers(FunctionType.Members)]
    [param: DynamicallyAccessedMembers(FunctionType.Members)]
    Type Type)
{
    internal const DynamicallyAccessedMemberTypes Members =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods
        | DynamicallyAccessedMemberTypes.NonPublicMethods | DynamicallyAccessedMemberTypes.PublicProperties;

    public static implicit operator FunctionType([DynamicallyAccessedMembers(Members)] Type type) => new(type);
}
