namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key a request must carry. The numbers are the official ones.</summary>
public enum AuthorizationLevel
{
    /// <summary>None.</summary>
    Anonymous = 0,

    /// <summary>Known to the official type only; refused here.</summary>
    User = 1,

    /// <summary>A function key.</summary>
    Function = 2,

    /// <summary>Known to the official type only; refused here.</summary>
    System = 3,

    /// <summary>The master key.</summary>
    Admin = 4,
}
