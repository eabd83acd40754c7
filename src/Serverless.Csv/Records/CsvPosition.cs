using System.Runtime.InteropServices;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>A place in a file at which reading can be continued.</summary>
/// <param name="Offset">In bytes of the text, as it is before a Windows-1252 text becomes UTF-8.</param>
/// <param name="Line">From 1.</param>
/// <param name="Encoding">What is known from the text before.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CsvPosition(long Offset, long Line, TextEncoding Encoding = TextEncoding.Ascii);
