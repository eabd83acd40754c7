using Microsoft.Extensions.Options;
using Serverless.Core.Serving;

namespace Serverless.Core.Uploads;

/// <summary>Limits of files that come over HTTP.</summary>
/// <remarks>Settable properties are bound to the app setting of the same name.</remarks>
public sealed record UploadOptions
{
    /// <summary>Max size of an uploaded file, in MiB. The Functions host on Azure has a lower limit.</summary>
    [Limits(1)]
    public int MaxUploadMegabytes { get; set; } = 4096;

    /// <summary><see cref="MaxUploadMegabytes"/> in bytes.</summary>
    public long MaxBytes => (long)MaxUploadMegabytes << 20;
}

[OptionsValidator]
internal sealed partial class UploadOptionsValidator : IValidateOptions<UploadOptions>;
