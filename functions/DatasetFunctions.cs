using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Uploads;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Takes data files over HTTP, for those who have no storage account at hand.</summary>
public sealed class DatasetFunctions(DatasetUploads uploads)
{
    /// <summary>Stores the body as a dropped file, whose event starts the run.</summary>
    [Function("upload-dataset")]
    public async Task<IResult> UploadAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/datasets/{file}")]
        HttpRequest request,
        string model,
        string file,
        CancellationToken cancellationToken)
    {
        await using var body = FileBody.Open(request, uploads.MaxBytes);
        var answer = body.Refusal ?? Refuse(request, model, file, out var replaces)
            ?? await FileBody.RefuseStrippedAsync(request, file, cancellationToken)
            ?? await PutAsync(model, file, body, replaces, cancellationToken);
        // What was read to its end already costs nothing more.
        return await FileBody.AnswerAsync(request, answer, cancellationToken);
    }

    private async Task<IResult> PutAsync(
        string model, string file, FileBody body, bool replaces, CancellationToken cancellationToken)
    {
        UploadOutcome outcome;
        try
        {
            outcome = await uploads.PutAsync((model, file), body.Content, body.Hash, replaces, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            return HttpAnswers.Invalid(
                "The body is damaged",
                [new FieldError("", "gzip, as Content-Encoding says", $"other bytes: {e.Message}")]);
        }

        return outcome switch
        {
            UploadOutcome.Stored stored => HttpAnswers.Json(
                new UploadAnswer(
                    model, file, BlobPaths.Dataset(model, file), stored.Bytes, stored.Hash, stored.Replaced,
                    $"/api/models/{model}"),
                HttpJson.Readable.UploadAnswer,
                StatusCodes.Status201Created),
            UploadOutcome.Exists => HttpAnswers.Problem(
                StatusCodes.Status409Conflict,
                "The file exists",
                $"Expected a new file, found {BlobPaths.Dataset(model, file)}. Give it another name, or replace it "
                + "with ?overwrite=true."),
            UploadOutcome.TooLarge large => FileBody.TooLarge(large.MaxBytes),
            UploadOutcome.Empty => HttpAnswers.Invalid(
                "The file cannot be stored", [new FieldError("", "the bytes of a file", "an empty body")]),
            UploadOutcome.OtherContent other => HttpAnswers.Invalid(
                "The file has other content",
                [new FieldError("Repr-Digest", $"the SHA-256 {other.Expected}", other.Found)]),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    private static IResult? Refuse(HttpRequest request, string model, string file, out bool replaces)
    {
        var overwrite = request.Query["overwrite"].ToString();
        replaces = overwrite == "true";
        var wrong = DatasetUploads.Check(model, file);
        if (wrong is null && overwrite is not ("" or "true" or "false"))
        {
            wrong = new FieldError("overwrite", "true or false", $"'{RequestErrorText.Shorten(overwrite)}'");
        }

        return wrong is null ? null : HttpAnswers.Invalid("The file cannot be stored", [wrong]);
    }
}
