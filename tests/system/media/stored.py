"""What the store of media holds, seen past logic: a folder (IM_MEDIA_DIR), or a bucket where IM_S3_DIR names the folder of s3_server.py."""
import json
import os

FOLDER = os.environ["IM_MEDIA_DIR"]


class FolderStored:
    def names(self):
        return sorted(name for _, _, names in os.walk(os.path.join(FOLDER, "files")) for name in names)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def put(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)

    def remove(self, name):
        os.unlink(self.path(name))

    def path(self, name):
        return os.path.join(FOLDER, "files", name[:2], name)


class BucketStored:
    PREFIX = "media/"

    def __init__(self, folder):
        import boto3
        self.folder = folder
        with open(os.path.join(folder, "s3.json")) as file:
            self.facts = json.load(file)
        self.bucket = self.facts["bucket"]
        self.s3 = boto3.client("s3", endpoint_url=self.facts["endpoint"], region_name="us-east-1",
                               aws_access_key_id=self.facts["key_id"], aws_secret_access_key=self.facts["secret"])

    def names(self):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return sorted(row["Key"][len(self.PREFIX):] for page in pages for row in page.get("Contents", []))

    def half_put(self):
        return [row["Key"][len(self.PREFIX):] for row in self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])]

    def begin_half_put(self, name):
        self.s3.create_multipart_upload(Bucket=self.bucket, Key=self.PREFIX + name)

    def read(self, name):
        return self.s3.get_object(Bucket=self.bucket, Key=self.PREFIX + name)["Body"].read()

    def put(self, name, data):
        self.s3.put_object(Bucket=self.bucket, Key=self.PREFIX + name, Body=data)

    def remove(self, name):
        self.s3.delete_object(Bucket=self.bucket, Key=self.PREFIX + name)

    def counted(self):
        """How many calls were meant since the door was last told what to do."""
        with open(os.path.join(self.folder, "counted")) as file:
            return len(file.readlines())

    def door(self, mode):
        with open(os.path.join(self.folder, "counted"), "w"):
            pass
        with open(os.path.join(self.folder, "mode.new"), "w") as file:
            file.write(mode)
        os.rename(os.path.join(self.folder, "mode.new"), os.path.join(self.folder, "mode"))


def store():
    folder = os.environ.get("IM_S3_DIR")
    return BucketStored(folder) if folder else FolderStored()


def incoming():
    return sorted(os.listdir(os.path.join(FOLDER, "incoming")))
