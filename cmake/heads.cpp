// What im_heads consists of: nothing but its heads.
