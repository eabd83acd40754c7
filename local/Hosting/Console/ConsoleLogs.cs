using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Serverless.Local.Hosting.Console;

/// <summary>
/// Writes log messages to the console, one short line each; errors with their whole exception.
/// </summary>
internal sealed class ConsoleLogs(RunConsole console, TimeProvider clock) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(console, clock);

    public void Dispose()
    {
        // Owns nothing.
    }

    private sealed class Logger(RunConsole console, TimeProvider clock) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var (word, style) = logLevel switch
            {
                LogLevel.Critical => ("fail ", new Style(Color.Red, decoration: Decoration.Bold)),
                LogLevel.Error => ("error ", new Style(Color.Red)),
                LogLevel.Warning => ("warn ", new Style(Color.Yellow)),
                _ => ("", new Style(Color.Grey)),
            };
            var text = $"{clock.GetLocalNow():HH:mm:ss} {word}{ConsoleText.CleanLine(formatter(state, exception))}";
            if (exception is not null)
            {
                text += logLevel >= LogLevel.Error
                    ? "\n" + ConsoleText.Clean(exception.ToString())
                    : $": {ConsoleText.CleanLine(exception.Message)}";
            }

            console.Show(new LineEntry(text, style));
        }
    }
}
