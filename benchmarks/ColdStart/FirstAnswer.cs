using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Serverless.Benchmarks.Serving;

namespace Serverless.Benchmarks.ColdStart;

/// <summary>Measures the time from the start of a program to its first correct answer.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Starts the program, sends requests every millisecond until it answers, and ends it.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or its answer is wrong.</exception>
    /// <exception cref="TimeoutException">The program does not answer.</exception>
    public static async Task<TimeSpan> MeasureAsync(
        StartedProgram program, byte[] body, CancellationToken cancellationToken)
    {
        // Uses a plain socket, to leave as much processor time as possible to the program.
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {program.Target.AbsolutePath} HTTP/1.1\r\nHost: {program.Target.Authority}\r\nConnection: "
                + "close\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
        var started = Stopwatch.GetTimestamp();
        await using var server = Server.Start(program.File, program.Arguments, program.Environment);
        while (true)
        {
            if (await TryAskAsync(program.Target.Port, request, cancellationToken) is { } answer)
            {
                var elapsed = Stopwatch.GetElapsedTime(started);
                Require(program, answer);
                return elapsed;
            }

            server.RequireAlive();
            if (Stopwatch.GetElapsedTime(started) > _patience)
            {
                throw new TimeoutException($"{program.Name} does not answer.");
            }

            await Task.Delay(_pause, cancellationToken);
        }
    }

    /// <summary>Sends one request; null if the connection is refused.</summary>
    private static async Task<byte[]?> TryAskAsync(int port, byte[] request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }

        await socket.SendAsync(request, cancellationToken);
        using var answer = new MemoryStream();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, cancellationToken) is var read and > 0)
        {
            answer.Write(buffer.AsSpan(0, read));
        }

        return answer.ToArray();
    }

    private static void Require(StartedProgram program, byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0 || !answer.AsSpan().StartsWith("HTTP/1.1 200"u8) || !program.IsCorrect(answer[(end + 4)..]))
        {
            throw new InvalidOperationException($"{program.Name} answered {Encoding.UTF8.GetString(answer)}");
        }
    }
}
