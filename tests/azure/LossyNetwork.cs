namespace Serverless.Azure.Tests;

/// <summary>A network that brings requests to the service and may lose the answers on their way back.</summary>
internal sealed class LossyNetwork() : DelegatingHandler(new SocketsHttpHandler())
{
    private int _sent;

    /// <summary>True loses the answer of this request, which the service has carried out by then.</summary>
    public Func<HttpRequestMessage, bool> LosesAnswer { get; set; } = _ => false;

    /// <summary>True keeps the request from the service.</summary>
    public Func<HttpRequestMessage, bool> LosesRequest { get; set; } = _ => false;

    /// <summary>Runs when an answer was lost, before the caller knows.</summary>
    public Func<Task> OnLost { get; set; } = () => Task.CompletedTask;

    /// <summary>Bytes of a body after which its connection breaks; null for never.</summary>
    public int? BreaksBodyAfter { get; set; }

    public int Sent => _sent;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (LosesRequest(request))
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The line is dead.");
        }

        Interlocked.Increment(ref _sent);
        var response = await base.SendAsync(request, cancellationToken);
        if (LosesAnswer(request))
        {
            response.Dispose();
            await OnLost();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.");
        }

        if (BreaksBodyAfter is { } bytes && request.Method == HttpMethod.Get && response.IsSuccessStatusCode)
        {
            var body = new BreakingStream(await response.Content.ReadAsStreamAsync(cancellationToken), bytes);
            var content = new StreamContent(body);
            foreach (var header in response.Content.Headers)
            {
                content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            response.Content = content;
        }

        return response;
    }

    private sealed class BreakingStream(Stream inner, int left) : Stream
    {
        private int _left = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0) throw new IOException("The connection broke.");
            var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
