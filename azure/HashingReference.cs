using System.IO.Hashing;
using System.Runtime.CompilerServices;

// Azure.Storage.Blobs loads System.IO.Hashing when it runs. The build copies it into the programs that refer to this
// project only if this assembly refers to it as well; a forwarded type is a reference without code.
[assembly: TypeForwardedTo(typeof(Crc64))]
