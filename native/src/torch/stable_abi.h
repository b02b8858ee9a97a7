// The part of LibTorch's stable C ABI that we use, declared by hand: the presets ship libraries
// without headers. Prototypes as of LibTorch 2.10; a function returns 0 or, after printing its
// reason to stderr, an error.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

struct AtenTensorOpaque;
using AtenTensorHandle = AtenTensorOpaque*;  // an at::Tensor*, owned by whoever made it
using AOTITorchError = int32_t;
using StableIValue = uint64_t;
struct StableListOpaque;
using StableListHandle = StableListOpaque*;
struct StringOpaque;
using StringHandle = StringOpaque*;

uint64_t aoti_torch_abi_version();
bool aoti_torch_grad_mode_is_enabled();
void aoti_torch_grad_mode_set_enabled(bool enabled);
int32_t aoti_torch_memory_format_channels_last();

AOTITorchError aoti_torch_delete_tensor_object(AtenTensorHandle tensor);
AOTITorchError aoti_torch_new_tensor_handle(AtenTensorHandle original, AtenTensorHandle* copy);
AOTITorchError aoti_torch_get_data_ptr(AtenTensorHandle tensor, void** data);
AOTITorchError aoti_torch_get_dim(AtenTensorHandle tensor, int64_t* rank);
AOTITorchError aoti_torch_get_sizes(AtenTensorHandle tensor, int64_t** borrowed_sizes);
AOTITorchError aoti_torch_get_strides(AtenTensorHandle tensor, int64_t** borrowed_strides);
AOTITorchError aoti_torch_get_dtype(AtenTensorHandle tensor, int32_t* dtype);
AOTITorchError aoti_torch_get_device_type(AtenTensorHandle tensor, int32_t* type);
AOTITorchError aoti_torch_get_device_index(AtenTensorHandle tensor, int32_t* index);

AOTITorchError aoti_torch_empty_strided(int64_t rank, const int64_t* sizes, const int64_t* strides,
                                        int32_t dtype, int32_t device_type, int32_t device_index,
                                        AtenTensorHandle* created);
AOTITorchError aoti_torch_create_tensor_from_blob(void* data, int64_t rank, const int64_t* sizes,
                                                  const int64_t* strides, int64_t storage_offset,
                                                  int32_t dtype, int32_t device_type,
                                                  int32_t device_index, AtenTensorHandle* created);
AOTITorchError aoti_torch__reinterpret_tensor(AtenTensorHandle self, int64_t rank,
                                              const int64_t* sizes, const int64_t* strides,
                                              int64_t offset_increment, AtenTensorHandle* created);
AOTITorchError aoti_torch_copy_(AtenTensorHandle self, AtenTensorHandle source,
                                int32_t non_blocking);
AOTITorchError aoti_torch_zero_(AtenTensorHandle self);

AOTITorchError aoti_torch_cpu_addmm_out(AtenTensorHandle out, AtenTensorHandle self,
                                        AtenTensorHandle mat1, AtenTensorHandle mat2, double beta,
                                        double alpha);
AOTITorchError aoti_torch_cpu_mm_out(AtenTensorHandle out, AtenTensorHandle self,
                                     AtenTensorHandle mat2);
AOTITorchError aoti_torch_cpu__int_mm_out(AtenTensorHandle out, AtenTensorHandle self,
                                          AtenTensorHandle mat2);
AOTITorchError aoti_torch_cpu_bmm_out(AtenTensorHandle out, AtenTensorHandle self,
                                      AtenTensorHandle mat2);
AOTITorchError aoti_torch_cpu_baddbmm_out(AtenTensorHandle out, AtenTensorHandle self,
                                          AtenTensorHandle batch1, AtenTensorHandle batch2,
                                          double beta, double alpha);

AOTITorchError torch_call_dispatcher(const char* name, const char* overload, StableIValue* stack,
                                     uint64_t extension_build_version);
AOTITorchError torch_new_list_reserve_size(size_t size, StableListHandle* created);
AOTITorchError torch_list_push_back(StableListHandle list, StableIValue element);
AOTITorchError torch_new_string_handle(const char* data, size_t length, StringHandle* created);

}  // extern "C"
