package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sajangpick/sajangpick/internal/httpx"
)

// explain puts an error of the SDK into our own words. The SDK's texts hold addresses, and S3's
// messages may hold the name of the object; the code and the HTTP status say enough.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html lists the codes.
func (s *Store) explain(verb string, err error) error {
	if err == nil {
		return nil
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return fmt.Errorf("s3: %s: %w", verb, onTheWay(err))
	}
	switch code := api.ErrorCode(); code {
	case "NoSuchKey", "NotFound":
		return fmt.Errorf("s3: %s: %w", verb, fs.ErrNotExist)
	case "NoSuchBucket":
		return httpx.Unset(fmt.Errorf("s3: %s: there is no bucket %q: BLOB_URL names it", verb, s.bucket))
	case "PreconditionFailed":
		return fmt.Errorf("s3: %s: the blob was replaced while it was read", verb)
	case "AccessDenied", "AllAccessDisabled", "AccountProblem", "InvalidAccessKeyId", "SignatureDoesNotMatch",
		"InvalidToken", "AuthorizationHeaderMalformed", "PermanentRedirect", "InvalidBucketName",
		"RequestTimeTooSkewed", "QuotaExceeded":
		return httpx.Unset(
			fmt.Errorf("s3: %s: bucket %q says %s: check BLOB_URL and the AWS_ settings", verb, s.bucket, code),
		)
	default:
		status := 0
		if res, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
			status = res.HTTPStatusCode()
		}
		if s.checksumsUnknown(verb, code, status) {
			return httpx.Unset(fmt.Errorf("s3: %s: bucket %q says %s (HTTP %d): a store that doesn't know the "+
				"checksums of 2025 needs AWS_REQUEST_CHECKSUM_CALCULATION=when_required", verb, s.bucket, code, status))
		}
		return fmt.Errorf("s3: %s: bucket %q says %s (HTTP %d)", verb, s.bucket, code, status)
	}
}

// checksumsUnknown reports whether a store may have refused an upload for the checksum that the SDK adds unless it is
// told not to. These are the answers that such stores were seen to give.
func (s *Store) checksumsUnknown(verb, code string, status int) bool {
	if verb != "put" || s.client.Options().RequestChecksumCalculation == aws.RequestChecksumCalculationWhenRequired {
		return false
	}
	switch code {
	case "NotImplemented", "InvalidArgument", "InvalidRequest", "XAmzContentSHA256Mismatch", "MissingContentLength":
		return true
	}
	return status == http.StatusNotImplemented
}

// onTheWay keeps the part of an error that is known to hold no address.
func onTheWay(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF, errSilent} {
		if errors.Is(err, known) {
			return known
		}
	}
	if strings.Contains(err.Error(), "get credentials: ") { // the SDK gives it no type
		return errors.New("no AWS credentials could be had: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role")
	}
	if strings.Contains(err.Error(), "checksum did not match") { // no type either
		return errors.New("its checksum isn't that of what came: a store that gives those of the whole object " +
			"for parts needs AWS_RESPONSE_CHECKSUM_VALIDATION=when_required")
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network
	}
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return fmt.Errorf("HTTP %d with an answer that can't be read", answer.HTTPStatusCode())
	}
	return errors.New("the request failed")
}
