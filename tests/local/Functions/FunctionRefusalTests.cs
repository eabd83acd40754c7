using Microsoft.Extensions.Configuration;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;
using static Serverless.Local.Tests.Functions.WrongMethods;
using static Serverless.Local.Tests.Functions.WrongReturns;
using static Serverless.Local.Tests.Functions.WrongTriggers;

namespace Serverless.Local.Tests.Functions;

public sealed class FunctionRefusalTests
{
    private static readonly IConfiguration Configuration = new ConfigurationBuilder()
        .AddInMemoryCollection([new("Broken", "every day")])
        .Build();

    [Theory]
    [InlineData(typeof(NoFunction), "NoFunction has no method with [Function]")]
    [InlineData(typeof(NoTrigger), "NoTrigger.Run: exactly one parameter must have a trigger attribute, found 0")]
    [InlineData(typeof(TwoTriggers), "found 2")]
    [InlineData(typeof(BadName), "the name 'no name' must be")]
    [InlineData(typeof(SameName), "the name 'TWICE' is taken by SameName.One")]
    [InlineData(typeof(NotPublic), "must be public")]
    [InlineData(typeof(TwoConstructors), "TwoConstructors.Run: the class has 2 public constructors; expected one")]
    [InlineData(typeof(AsyncVoid), "async void")]
    [InlineData(typeof(ValueTasks), "ValueTask")]
    [InlineData(typeof(WrongRequest), "parameter 'request' is String; its trigger gives HttpRequest")]
    [InlineData(typeof(NotInRoute), "parameter 'version' is not part of 'http GET /api/models/{model}' (it has model)")]
    [InlineData(typeof(NotInPath), "parameter 'name' is not part of 'blob in/{file}' (it has file)")]
    [InlineData(typeof(OddParameter), "parameter 'model' is Guid; expected string, int, long or CancellationToken")]
    [InlineData(typeof(BadRoute), "the route 'api/models/{model' is invalid")]
    [InlineData(typeof(AdminRoute), "begins with 'Admin'", "")]
    [InlineData(typeof(RuntimeRoute), "begins with 'runtime', which is reserved", "")]
    [InlineData(typeof(SameBinding), "the bindings 'message' and 'Message' have one name, ignoring case")]
    [InlineData(typeof(OddBinding), "the binding name 'the_blob' must be a letter, then letters and digits")]
    [InlineData(typeof(SameRoute), "'http GET,POST /api/m/{b}' is answered by 'A' already ('http POST /api/m/{a}')")]
    [InlineData(typeof(UserLevel), "the level User is not supported")]
    [InlineData(typeof(ReturnsText), "returns String; expected IResult")]
    [InlineData(typeof(ReturnsForNobody), "returns String, of which nothing is sent")]
    [InlineData(typeof(AnswersTheTimer), "has no HTTP trigger")]
    [InlineData(typeof(AnswerOfWrongType), "[HttpResult] WrongAnswer.Answer must be an IResult")]
    [InlineData(typeof(QueueOverHttp), "leaves no HTTP answer")]
    [InlineData(typeof(NothingForQueue), "[QueueOutput] needs a return value")]
    [InlineData(typeof(BadQueue), "the queue name 'Retrain' must be 3 to 63")]
    [InlineData(typeof(BadOutputQueue), "the queue name 'a--b' must be 3 to 63")]
    [InlineData(typeof(SameQueue), "the queue 'jobs' is read by 'A' already")]
    [InlineData(typeof(BadSchedule), "the schedule '0 0 * * *' is not NCRONTAB with six fields")]
    [InlineData(typeof(BadScheduleSetting), "the schedule 'every day' is not NCRONTAB")]
    [InlineData(typeof(NoSetting), "the setting 'Missing' of the schedule '%Missing%' is not set")]
    [InlineData(typeof(BadBlobPath), "the blob path 'in/{a}{b}' has two tokens with nothing between them")]
    [InlineData(typeof(OpenGeneric<>), "generic")]
    public void A_wrong_declaration_is_refused_with_class_method_and_reason(
        Type type, string reason, string prefix = "api")
    {
        var refused = Assert.Throws<HostStartException>(
            () => FunctionIndex.Read([type, typeof(WrongAnswer), typeof(MessageBeside)], prefix, Configuration));
        Assert.Contains(reason, refused.Message);
        Assert.Contains(type.Name, refused.Message);
    }
}
