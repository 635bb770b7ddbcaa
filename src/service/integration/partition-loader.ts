/**
 * The Lambda function that adds partitions to the integration's table: once when the stack is made (as a custom
 * resource) and then on its schedule, each time ahead until the next run. Partitions that exist already are left
 * alone, so runs may overlap. CloudFormation takes inline code up to 4 MB; `cfnresponse` exists for inline code only.
 *
 * Environment: DATABASE, TABLE, LOCATION (strftime pattern), HOURLY, START and END (days, or empty), AHEAD_DAYS.
 */
export const PARTITION_LOADER_SOURCE = `import datetime
import os

import boto3
import cfnresponse

ENV = os.environ
HOURLY = ENV["HOURLY"] == "true"
glue = boto3.client("glue")


def partitions(first, last, storage):
    day = first
    while day <= last:
        for hour in range(24) if HOURLY else (0,):
            at = datetime.datetime(day.year, day.month, day.day, hour)
            values = [at.strftime("%Y-%m-%d")] + ([at.strftime("%H")] if HOURLY else [])
            location = at.strftime(ENV["LOCATION"])
            yield {"Values": values, "StorageDescriptor": {**storage, "Location": location}}
        day += datetime.timedelta(days=1)


def add(batch):
    answer = glue.batch_create_partition(
        DatabaseName=ENV["DATABASE"], TableName=ENV["TABLE"], PartitionInputList=batch
    )
    for error in answer.get("Errors", []):
        if error["ErrorDetail"]["ErrorCode"] != "AlreadyExistsException":
            raise RuntimeError(str(error))


def load(first, last):
    table = glue.get_table(DatabaseName=ENV["DATABASE"], Name=ENV["TABLE"])["Table"]
    batch = []
    for partition in partitions(first, last, table["StorageDescriptor"]):
        batch.append(partition)
        if len(batch) == 100:
            add(batch)
            batch = []
    if batch:
        add(batch)


def run(is_first):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    first = last = None
    if is_first:
        first = datetime.date.fromisoformat(ENV["START"]) if ENV["START"] else None
        last = datetime.date.fromisoformat(ENV["END"]) if ENV["END"] else None
    load(first or today, last or today + datetime.timedelta(days=int(ENV["AHEAD_DAYS"])))


def handler(event, context):
    if "RequestType" not in event:
        run(False)
        return
    try:
        if event["RequestType"] != "Delete":
            run(True)
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {"Error": str(error)})
        return
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {})
`;
