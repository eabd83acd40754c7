using System.Diagnostics.CodeAnalysis;

namespace Serverless.Local.Hosting;

/// <summary>
/// A class that holds functions, or one whose properties are what a function gives out. Named, and not looked for in
/// the assembly, so that native code keeps all that is read of it.
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
