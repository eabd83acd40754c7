namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key a request must carry, with the values of the official enum.</summary>
public enum AuthorizationLevel
{
    /// <summary>No key.</summary>
    Anonymous = 0,

    /// <summary>Exists in the official enum only: the embedded host refuses it.</summary>
    User = 1,

    /// <summary>A function key.</summary>
    Function = 2,

    /// <summary>Exists in the official enum only: the embedded host refuses it.</summary>
    System = 3,

    /// <summary>The master key.</summary>
    Admin = 4,
}
