#!/bin/sh
# Take out of an installation what no call needs, and what weighs most: SITE-PACKAGES is its folder.
# LiteLLM's proxy with its web pages and its native client (switched off in gateway/longtail/quiet.py), what botocore knows of
# services other than those that are asked, a downloader. tests/e2e/test_image.py asks every cloud from within the image.
set -eu
cd "$1"
rm -rf hf_xet litellm/rust_bridge/_native.abi3.so
find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name bedrock-runtime ! -name sts -exec rm -rf {} +
find litellm/proxy -type f ! -name '*.py' -delete
find litellm/proxy -mindepth 1 -maxdepth 1 -type f ! -name '__init__.py' ! -name '_types.py' -delete
find litellm/proxy -mindepth 1 -maxdepth 1 -type d ! -name _experimental ! -name common_utils ! -name guardrails \
  ! -name openai_files_endpoints ! -name pass_through_endpoints ! -name spend_tracking ! -name types_utils -exec rm -rf {} +
rm -rf litellm/proxy/_experimental/out litellm/proxy/guardrails/guardrail_hooks
# numpy: its own tests, its compiler of Fortran, what C programs are built with.
find numpy -type d \( -name tests -o -name f2py -o -name include \) -prune -exec rm -rf {} +
find numpy -type f \( -name '*.a' -o -name '*.pyi' \) -delete
